import { join } from "node:path";

/** What TypeScript takes for the path of a cell. Nothing is ever there. `number`: of a file of its own beside others. */
export function cellPath(folder: string, number?: number): string {
  return join(folder, `__tagline_cell__${number ?? ""}.ts`);
}

export function isCellPath(path: string): boolean {
  return /__tagline_cell__\d*\.ts$/.test(path);
}
