import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

const { version }: { version: string } = require("typescript/package.json");

/** The version of the TypeScript compiler, without loading it. */
export const typescriptVersion: string = version;
