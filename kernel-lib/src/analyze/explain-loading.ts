import { packageName } from "./resolve-module.js";

/**
 * What Node says while it loads a module, in words that tell what to do: a package that another one lacks, `require` of a module that
 * waits. Any other error is given back as it is.
 *
 * @param folder the notebook's, absolute
 * @param required what was asked of `require`
 */
export function explainLoading(error: unknown, folder: string, required?: string): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "ERR_REQUIRE_ASYNC_MODULE" && required !== undefined)
    return new Error(
      `Cannot require "${required}": it awaits at its top level. Write: await import(${JSON.stringify(required)})`,
      { cause: error },
    );
  if (error.code !== "MODULE_NOT_FOUND" && error.code !== "ERR_MODULE_NOT_FOUND") return error;
  const [, missing, from] =
    /Cannot find (?:module|package) '([^']+)'(?:[\s\S]*?(?:imported from |Require stack:\n- )(\S+))?/.exec(
      error.message,
    ) ?? [];
  if (missing === undefined || /^(?:[./]|file:|node:)/.test(missing)) return error;
  const name = packageName(missing);
  const who = from === undefined ? "" : `, which ${from} needs`;
  return new Error(`Cannot find the package ${name}${who}. Run in ${folder}: npm install ${name}`, { cause: error });
}
