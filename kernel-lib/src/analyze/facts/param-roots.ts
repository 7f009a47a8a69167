/**
 * How deep inside a parameter's value something lies: 0 the value itself, 1 what it holds (a row of the rows), 2 anything
 * further down. A function that sorts its argument in place does no harm to a copy; one that changes the rows does.
 */
export type Depth = 0 | 1 | 2;

export interface ParamRoot {
  readonly index: number;
  readonly depth: Depth;
}

/** `#0`, `#0*`, `#0**`: parameters among names in a set of roots. */
export function paramRoot({ index, depth }: ParamRoot): string {
  return `#${index}${"*".repeat(depth)}`;
}

/** Null for a name. */
export function readParamRoot(root: string): ParamRoot | null {
  if (!root.startsWith("#")) return null;
  const depth = root.endsWith("**") ? 2 : root.endsWith("*") ? 1 : 0;
  return { index: Number(root.slice(1).replaceAll("*", "")), depth };
}
