import type { PlanParam } from "../compile/plan.js";

/** Every combination of the values that are given, and the names of which several are. */
export interface Grid {
  readonly varied: readonly string[];
  /** One or more; the last name varies fastest. */
  readonly points: readonly Readonly<Record<string, unknown>>[];
}

/** Reads several values of a param (`8,16,32`; a list in a file) as a grid of runs. */
export function expandGrid(params: readonly PlanParam[], given: Readonly<Record<string, unknown>>): Grid {
  const axes = Object.entries(given).map(([name, raw]) => {
    const param = params.find((candidate) => candidate.name === name);
    return { name, values: param === undefined ? [raw] : valuesOf(param, raw) };
  });
  const points = axes.reduce<Readonly<Record<string, unknown>>[]>(
    (before, { name, values }) => before.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
  return { varied: axes.filter(({ values }) => values.length > 1).map(({ name }) => name), points };
}

function valuesOf(param: PlanParam, raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return param.type === "json" || raw.length === 0 ? [raw] : raw;
  if (typeof raw !== "string") return [raw];
  if (param.type === "json") {
    if (isJson(raw)) return [raw];
    if (isJson(`[${raw}]`)) return JSON.parse(`[${raw}]`);
    // Of a computed default the type is not known; of the others the check says what is wrong.
    return "default" in param ? [raw] : splitText(raw);
  }
  if (param.choices?.includes(raw)) return [raw];
  return param.type === "string" ? splitText(raw) : raw.split(",").map((part) => part.trim());
}

/** Splits at commas; a part in double quotes is a JSON string, in which a comma is a comma. */
function splitText(text: string): string[] {
  const values: string[] = [];
  for (let rest: string | null = text; rest !== null; ) {
    const quoted: string | undefined = /^"(?:[^"\\]|\\.)*"(?=,|$)/.exec(rest)?.[0];
    const part: string = quoted !== undefined && isJson(quoted) ? quoted : (rest.split(",", 1)[0] ?? "");
    values.push(part === quoted ? JSON.parse(part) : part);
    rest = part.length < rest.length ? rest.slice(part.length + 1) : null;
  }
  return values;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
