import type { RoleCell } from "./classify-cells.js";
import { diagnose } from "./diagnostics.js";
import type { Diagnostic } from "./plan.js";

/** `globalThis.x`, `(globalThis as any).x`, `global["x"]`, `process.env.X`, `process.env["X"]`; and what follows, if it writes. */
const USE =
  /(?:\(\s*(?:globalThis|global)\s+as\s+[^)]*\)|\bglobalThis|\bglobal|\b(process\.env))\s*(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*(["'])([^"'\\\n]+)\3\s*\])(\s*(?:(?:[-+*/%|&^]|\*\*|<<|>>>?|\?\?|\|\||&&)?=(?![=>])|\+\+|--))?/g;

interface Use {
  readonly cell: RoleCell;
  /** `globalThis.x`, `process.env.X`. */
  readonly name: string;
  readonly line: number;
  readonly writes: boolean;
}

/**
 * TL034: a step uses what another cell put on `globalThis` or into `process.env`. In the notebook all cells share them; a step has its own.
 * Found in the text, so that what is written in a roundabout way is not seen.
 */
export function processStateDiagnostics(cells: readonly RoleCell[]): Diagnostic[] {
  const uses = cells.flatMap((cell) => (cell.role.kind === "skip" ? [] : usesOf(cell)));
  const told = new Set<string>();
  return uses.flatMap((use) => {
    const { cell, name, line, writes } = use;
    const { step } = cell.role;
    if (step === null || writes || told.has(`${step}\n${name}`)) return [];
    const writers = uses.filter((other) => other.writes && other.name === name && other.cell.order <= cell.order);
    // Setup runs in each step.
    if (writers.some((one) => one.cell.role.step === step || isEverywhere(one.cell))) return [];
    const writer = writers.at(-1);
    if (writer === undefined) return [];
    told.add(`${step}\n${name}`);
    const by = writer.cell.role.step === null ? "which is in no step" : `of step "${writer.cell.role.step}"`;
    const short = name.slice(name.lastIndexOf(".") + 1);
    const instead = name.startsWith("process.env")
      ? `Set it in a setup cell, or as this step's option "environment"`
      : `Make it a top-level value (const ${short} = …), or set it in a setup cell`;
    const message = `"${name}" is set in cell ${writer.cell.number}, ${by}; each step runs in a process of its own, so that step "${step}" does not see it. ${instead}.`;
    return [diagnose("TL034", { cellId: cell.id, line }, message)];
  });
}

function isEverywhere({ role }: RoleCell): boolean {
  return role.kind === "setup" || role.kind === "parameters";
}

function usesOf(cell: RoleCell): Use[] {
  const code = withoutComments(cell.cell.source);
  return [...code.matchAll(USE)].map((match) => {
    const [, env, dotted, , quoted, write] = match;
    const line = code.slice(0, match.index).split("\n").length;
    return {
      cell,
      name: `${env ?? "globalThis"}.${dotted ?? quoted ?? ""}`,
      line,
      writes: write !== undefined,
    };
  });
}

/** Comments become blanks, so that lines stay; texts are passed over whole. */
function withoutComments(source: string): string {
  return source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (whole, text: string | undefined) => text ?? whole.replace(/[^\n]/g, " "),
  );
}
