import type { Diagnostic, Fix } from "./plan.js";

interface DiagnosticRule {
  readonly severity: Diagnostic["severity"];
  /** One sentence for the README's table. */
  readonly meaning: string;
}

/** Every diagnostic that compiling can give. The README's table is compared with this one. */
export const DIAGNOSTICS = {
  TL001: { severity: "error", meaning: "A cell of the pipeline has a syntax error." },
  TL002: { severity: "warning", meaning: "No cell is tagged as a step, so there is nothing to run." },
  TL003: { severity: "warning", meaning: "A tag looks like one of Tagline's but is misspelled." },
  TL004: { severity: "error", meaning: "A step's name is not a letter followed by letters, digits, `-` and `_`." },
  TL005: { severity: "error", meaning: "A cell's tags ask for two roles at once." },
  TL006: { severity: "error", meaning: "An `after:` tag names a step that does not exist." },
  TL007: { severity: "error", meaning: "The notebook is not written in TypeScript or JavaScript." },
  TL008: { severity: "warning", meaning: "An option of a step is misspelled, or stands where it has no effect." },
  TL009: { severity: "error", meaning: "An option of a step has a value that it cannot have." },
  TL010: { severity: "error", meaning: "A step needs a value that an untagged cell makes." },
  TL011: { severity: "error", meaning: "A step needs a value that a `skip` cell makes." },
  TL012: { severity: "error", meaning: "A step uses a name that no cell defines." },
  TL013: { severity: "error", meaning: "A step uses a value that only a later cell makes." },
  TL014: {
    severity: "warning",
    meaning:
      "A cell without a tag belongs to the step above in Kale, by whose tags the notebook goes; here it is left out.",
  },
  TL015: {
    severity: "warning",
    meaning: "Kale takes what a `pipeline-metrics` cell prints as metrics; here `metric(…)` logs them.",
  },
  TL020: { severity: "error", meaning: "Steps need each other in a circle." },
  TL021: { severity: "error", meaning: "A step reads a value between two cells of another step that both change it." },
  TL030: { severity: "error", meaning: "A function that a call returned would have to cross steps." },
  TL031: {
    severity: "error",
    meaning: "A value that cannot be stored (a stream, socket, promise, iterator) would have to cross steps.",
  },
  TL032: {
    severity: "error",
    meaning: "A `model()` call cannot be read, or its `predict` uses what cannot travel with it.",
  },
  TL033: {
    severity: "error",
    meaning: "An instance would have to cross steps whose class has private fields (`#…`), or uses what a step makes.",
  },
  TL034: {
    severity: "warning",
    meaning: "A step uses what a cell of another step put on `globalThis` or into `process.env`.",
  },
  TL035: {
    severity: "warning",
    meaning: "A step changes a class or function in place, and another step gets it as it was declared.",
  },
  TL040: { severity: "error", meaning: "A step changes a value that a `setup` or `parameters` cell makes." },
  TL041: { severity: "error", meaning: "Two parameters have the same name." },
  TL042: { severity: "error", meaning: "A parameter's default is outside its own range or choices." },
  TL043: { severity: "error", meaning: "A `setup` or `parameters` cell needs a value that a step makes." },
} as const satisfies Record<string, DiagnosticRule>;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

/** Where a diagnostic points: a cell and a 1-based line in it. */
export interface Place {
  readonly cellId: string | null;
  readonly line: number | null;
}

export function diagnose(code: DiagnosticCode, place: Place, message: string, fix?: Fix): Diagnostic {
  const { severity } = DIAGNOSTICS[code];
  return { code, severity, message, cellId: place.cellId, line: place.line, ...(fix ? { fix } : {}) };
}
