import { nearest } from "./nearest.js";

/**
 * The tag language, whole. A cell's role is read from its tags here and nowhere else:
 * kernel, compiler, command line and page all ask `readRole`.
 */
export type RoleKind = "parameters" | "step" | "setup" | "skip" | "none";

export interface CellRole {
  readonly kind: RoleKind;
  /** The step's name if `kind` is `step`. */
  readonly step: string | null;
  /** Steps that must have ended before this one, from `after:` tags. */
  readonly after: readonly string[];
  readonly problems: readonly TagProblem[];
}

export interface TagProblem {
  readonly tag: string;
  readonly kind: "invalid-name" | "two-roles" | "misspelled";
  readonly message: string;
  /** The tag that was probably meant. */
  readonly suggestion: string | null;
}

/** One row of the README's table of tags. */
export interface TagRule {
  readonly tag: string;
  readonly meaning: string;
  readonly alsoReadAs: readonly string[];
}

export const TAG_RULES: readonly TagRule[] = [
  {
    tag: "parameters",
    meaning: "typed parameters with defaults",
    alsoReadAs: ["pipeline-parameters"],
  },
  {
    tag: "step:<name>",
    meaning: "this cell belongs to the step; cells of one step run in notebook order",
    alsoReadAs: ["block:<name>"],
  },
  { tag: "after:<name>", meaning: "order where no data flows", alsoReadAs: ["prev:<name>"] },
  {
    tag: "setup",
    meaning: "shared code; imports, types and pure functions are found without a tag",
    alsoReadAs: ["imports", "functions"],
  },
  { tag: "skip", meaning: "never in the pipeline", alsoReadAs: ["skip-execution"] },
];

const PLAIN: ReadonlyMap<string, RoleKind> = new Map([
  ["parameters", "parameters"],
  ["pipeline-parameters", "parameters"],
  ["setup", "setup"],
  ["imports", "setup"],
  ["functions", "setup"],
  ["skip", "skip"],
  ["skip-execution", "skip"],
]);
const STEP_PREFIXES = ["step:", "block:"];
const AFTER_PREFIXES = ["after:", "prev:"];
const STEP_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Says whether a step may have this name: a letter, then letters, digits, `-` and `_`. */
export function isStepName(name: string): boolean {
  return STEP_NAME.test(name);
}

/** Reads what a cell's tags say. Tags that are not Tagline's are ignored, near misses are reported. */
export function readRole(tags: readonly string[]): CellRole {
  let kind: RoleKind = "none";
  let step: string | null = null;
  const after: string[] = [];
  const problems: TagProblem[] = [];
  const take = (tag: string, next: RoleKind, name: string | null): void => {
    if (kind === "none") {
      kind = next;
      step = name;
    } else if (kind !== next || step !== name) {
      const message = `The tags ask for two roles at once; "${tag}" is ignored. Keep one of them.`;
      problems.push({ tag, kind: "two-roles", message, suggestion: null });
    }
  };
  for (const tag of tags) {
    const plain = PLAIN.get(tag);
    const stepName = afterPrefix(tag, STEP_PREFIXES);
    const afterName = afterPrefix(tag, AFTER_PREFIXES);
    if (plain !== undefined) take(tag, plain, null);
    else if (stepName !== null && isStepName(stepName)) take(tag, "step", stepName);
    else if (afterName !== null && isStepName(afterName)) after.push(afterName);
    else if (stepName !== null || afterName !== null) problems.push(invalidName(tag));
    else {
      const problem = misspelled(tag);
      if (problem) problems.push(problem);
    }
  }
  return { kind, step, after, problems };
}

/** The tags with the cell's role replaced and everything else kept in place. */
export function withRole(
  tags: readonly string[],
  role: { readonly kind: RoleKind; readonly step?: string | null },
): string[] {
  const kept = tags.filter((tag) => !PLAIN.has(tag) && afterPrefix(tag, STEP_PREFIXES) === null);
  if (role.kind === "none") return kept;
  if (role.kind !== "step") return [role.kind, ...kept];
  if (!role.step || !isStepName(role.step)) throw new RangeError(`Cannot name a step ${JSON.stringify(role.step)}`);
  return [`step:${role.step}`, ...kept];
}

function afterPrefix(tag: string, prefixes: readonly string[]): string | null {
  const prefix = prefixes.find((candidate) => tag.startsWith(candidate));
  return prefix === undefined ? null : tag.slice(prefix.length).trim();
}

function invalidName(tag: string): TagProblem {
  const [prefix = "", rest = ""] = split(tag);
  const name = rest
    .trim()
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[^A-Za-z]+|-+$/g, "");
  const message = `"${tag}" does not name a step: a name is a letter, then letters, digits, "-" and "_".`;
  return { tag, kind: "invalid-name", message, suggestion: name ? `${prefix}:${name}` : null };
}

function split(tag: string): [string, string] {
  const colon = tag.indexOf(":");
  return [tag.slice(0, colon), tag.slice(colon + 1)];
}

/** `stpe:load`, `Step:load`, `step load`, `parameter`: close to ours, and nobody else's. */
function misspelled(tag: string): TagProblem | null {
  const match = /^([A-Za-z]+)\s*[:=\s-]\s*(.+)$/.exec(tag);
  const word = match?.[1] ?? tag;
  const prefixes = ["step", "after"];
  const words = match ? prefixes : ["parameters", "setup", "skip"];
  const meant = nearest(word.toLowerCase(), words);
  if (meant === null) return null;
  const suggestion = match ? `${meant}:${match[2]}` : meant;
  if (suggestion === tag) return null;
  const message = `"${tag}" means nothing to Tagline. Did you mean "${suggestion}"?`;
  return { tag, kind: "misspelled", message, suggestion };
}
