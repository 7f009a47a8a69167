import fs from "node:fs";

/** Node's own file functions, as they were before any of them was patched: for our own reading. */
export const pristine: typeof fs = { ...fs, promises: { ...fs.promises } };
