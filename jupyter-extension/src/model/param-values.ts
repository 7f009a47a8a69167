import { isDateText } from "tagline/notebook";
import type { PlanParam } from "tagline/service/api";

export type ParsedParam =
  | { readonly problem: null; readonly value: unknown }
  | { readonly problem: string; readonly value?: undefined };

/** How a value stands in its field. */
export function showParam(param: Pick<PlanParam, "type">, value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" && param.type !== "json" ? value : JSON.stringify(value);
}

/** The value that a field's text means, or what is wrong with it. */
export function parseParam(param: PlanParam, text: string): ParsedParam {
  const { value, problem } = read(param, text);
  if (problem !== null) return { problem };
  if (
    param.choices !== undefined &&
    !param.choices.some((choice) => JSON.stringify(choice) === JSON.stringify(value))
  ) {
    return { problem: `Choose one of ${param.choices.map((choice) => showParam(param, choice)).join(", ")}.` };
  }
  if (typeof value === "number") {
    if (param.min !== undefined && value < param.min) return { problem: `At least ${param.min}.` };
    if (param.max !== undefined && value > param.max) return { problem: `At most ${param.max}.` };
  }
  return { problem: null, value };
}

function read(param: PlanParam, text: string): { value?: unknown; problem: string | null } {
  switch (param.type) {
    case "string":
      return param.format === "date" && !isDateText(text)
        ? { problem: "A date like 2024-12-31." }
        : { value: text, problem: null };
    case "boolean":
      return text === "true" || text === "false"
        ? { value: text === "true", problem: null }
        : { problem: "true or false." };
    case "number": {
      const value = Number(text);
      return text.trim() !== "" && Number.isFinite(value) ? { value, problem: null } : { problem: "A number, please." };
    }
    case "json":
      try {
        return { value: JSON.parse(text), problem: null };
      } catch {
        return { problem: "Not JSON yet." };
      }
  }
}
