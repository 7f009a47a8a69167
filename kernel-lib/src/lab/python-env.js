/**
 * The environment for programs of `.venv`: the person's own, without what would mix in another Python's packages.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function pythonEnv(env = process.env) {
  const { PYTHONHOME: _home, PYTHONPATH: _path, VIRTUAL_ENV: _venv, ...rest } = env;
  return { ...rest, PYTHONNOUSERSITE: "1" };
}
