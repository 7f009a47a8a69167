const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);

/** `train-model` as `trainModel`. */
export function camelCase(step: string): string {
  return step.replace(/[-_]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/[-_]+$/, "");
}

/** The type of what a step hands on: `TrainModelOutputs`. */
export function outputsType(step: string): string {
  const camel = camelCase(step);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Outputs`;
}

/** The step's function: its name in camel case, unless the code uses that name for something else. */
export function functionName(step: string, taken: ReadonlySet<string>): string {
  return freeName(camelCase(step), `${camelCase(step)}Step`, taken);
}

/** `wanted`, else `otherwise`, else `otherwise` with underscores until nobody uses it. */
export function freeName(wanted: string, otherwise: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted) && !RESERVED.has(wanted)) return wanted;
  let name = otherwise;
  while (taken.has(name) || RESERVED.has(name)) name += "_";
  return name;
}
