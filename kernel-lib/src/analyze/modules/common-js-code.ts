import { HELPERS_KEY } from "./module-helpers.js";

/** One line that makes CommonJS believe that it lies where its source does. */
export function commonJsCode(url: string, folder: string, path: string): string {
  const helpers = `globalThis[Symbol.for(${JSON.stringify(HELPERS_KEY)})]`;
  return `require = ${helpers}.requireFrom(${JSON.stringify(url)}); __dirname = ${JSON.stringify(folder)}; __filename = ${JSON.stringify(path)};\n`;
}
