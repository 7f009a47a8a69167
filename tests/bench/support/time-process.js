import { runCommand } from "../../../kernel-lib/src/lab/run-command.js";

/**
 * Seconds that a whole process takes. A bench of a process that did something else than it should would be a lie.
 *
 * @param {readonly [command: string, ...args: string[]]} command
 * @param {string} cwd
 * @param {(output: string) => boolean} [isRight]
 */
export async function timeProcess([command, ...args], cwd, isRight = () => true) {
  const { PYTHONDONTWRITEBYTECODE: _off, ...env } = process.env;
  const began = performance.now();
  const { code, output } = await runCommand(command, args, { cwd, env: { ...env, DVC_NO_ANALYTICS: "1" } });
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0 || !isRight(output))
    throw new Error(`Cannot measure ${command} ${args.join(" ")}: ${output.slice(-500)}`);
  return seconds;
}
