import type { CallKind } from "./call-kinds.js";
import type { CellLook, KnownCall } from "./look-at-cells.js";
import { wordsOf } from "./stage-of-cell.js";
import type { Finding, SuggestInput } from "./suggestion.js";

/** Secrets, paths of one machine, files, random numbers and clocks: found in the text. */
export function findPlaces(looks: readonly CellLook[], input: SuggestInput): Finding[] {
  const inProse = input.notebook.cells
    .filter(({ kind }) => kind !== "code")
    .flatMap(({ id, source }) => secretLines(id, source, new Map(), input));
  return [
    ...inProse,
    ...looks.flatMap((look) => [
      ...secrets(look, input),
      ...absolutePaths(look, input),
      ...files(look, input),
      ...chance(look),
    ]),
  ];
}

function secrets({ cell, survey }: CellLook, input: SuggestInput): Finding[] {
  const holders = new Map<number, string>();
  for (const { text, line, holder } of survey.literals) {
    const isNamed =
      holder !== null &&
      input.isSecretName(holder) &&
      text.length >= 4 &&
      !/^(?:x+|\*+|\.+|<.*>|changeme|todo|your[ _-].*)$/i.test(text);
    if (isNamed || input.holdsSecret(text)) holders.set(line, holder ?? "");
  }
  return secretLines(cell.id, cell.cell.source, holders, input);
}

/** One finding a line; no part of the line is told. */
function secretLines(
  id: string,
  source: string,
  holders: ReadonlyMap<number, string>,
  { holdsSecret }: SuggestInput,
): Finding[] {
  return source.split(/\r\n|\n/).flatMap((text, index): Finding[] => {
    const line = index + 1;
    const holder = holders.get(line);
    // A call of `secret` names it alone, and `process.env` does not hold it.
    if (holder === undefined && (!holdsSecret(text) || /\bsecret\(|process\.env/.test(text))) return [];
    const name = holder === undefined || holder === "" ? "token" : holder;
    const environment = wordsOf(name).join("_").toUpperCase() || "TOKEN";
    const message = `A secret stands in this line${holder ? `, in ${holder}` : ""}; whoever gets the notebook has it.`;
    return [
      {
        code: "inline-secret",
        severity: "error",
        cell: id,
        line,
        message,
        fix: `const ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : "token"} = secret("${environment}"); and change the secret where it was given.`,
      },
    ];
  });
}

const ABSOLUTE =
  /^(?:\/(?:home|Users|root|mnt|media|data|datasets?|tmp|var|opt|usr|etc|srv|Volumes|work|workspace|content|kaggle|dbfs|private|app|project|projects)\/|[A-Za-z]:[\\/]|\\\\[\w.-]+\\|~[\\/]|file:\/\/\/)/;

function absolutePaths({ cell, survey }: CellLook, { holdsSecret }: SuggestInput): Finding[] {
  return survey.literals
    .filter(({ text }) => ABSOLUTE.test(text) && !/\s{2}|\n/.test(text) && !holdsSecret(text))
    .map(({ text, line, holder }) => {
      const name = text.split(/[\\/]/).filter(Boolean).at(-1) ?? "file";
      const variable = holder !== null && /^[A-Za-z_$][\w$]*$/.test(holder) ? holder : "path";
      const nearby = `data/${name}`;
      return {
        code: "absolute-path",
        severity: "warning",
        cell: cell.id,
        line,
        message: `"${text}" is a path of one machine.`,
        fix: `Put the file beside the notebook and write ${JSON.stringify(nearby)}, or make it a parameter: const ${variable} = param(${JSON.stringify(variable)}, ${JSON.stringify(nearby)});`,
      };
    });
}

function files({ cell, calls }: CellLook, { holdsSecret }: SuggestInput): Finding[] {
  const told = new Set<string>();
  return calls.flatMap(({ call, kinds, own }): Finding[] => {
    const isRead = kinds.includes("read");
    if (!isRead && !kinds.includes("write")) return [];
    const path = typeof call.first === "string" && !holdsSecret(call.first) ? `"${call.first}"` : null;
    const shown =
      path ??
      (call.first !== null && typeof call.first === "object"
        ? `the file that ${call.first.name} names`
        : "a file whose path is computed");
    const message = `${isRead ? "Reads" : "Writes"} ${shown}, by ${call.callee}.`;
    if (told.has(message)) return [];
    told.add(message);
    return [
      {
        code: isRead ? "file-read" : "file-write",
        severity: "info",
        cell: cell.id,
        line: own ? call.line : null,
        message,
        fix: null,
      },
    ];
  });
}

function chance({ cell, calls }: CellLook): Finding[] {
  const first = (kind: CallKind): KnownCall | undefined => calls.find(({ kinds }) => kinds.includes(kind));
  const found: Finding[] = [];
  const seeded = first("seeded");
  const random = first("random");
  const clock = first("clock");
  const line = (call: KnownCall): number | null => (call.own ? call.call.line : null);
  if (seeded)
    found.push({
      code: "random",
      severity: "info",
      cell: cell.id,
      line: line(seeded),
      message:
        "Draws random numbers. Tagline starts Math.random anew in each cell, so that a run again draws the same.",
      fix: null,
    });
  if (random)
    found.push({
      code: "random",
      severity: "warning",
      cell: cell.id,
      line: line(random),
      message: `${random.call.callee} gives something else each time, so no two runs are equal.`,
      fix: "Use Math.random, or a generator with a seed that is a parameter.",
    });
  if (clock)
    found.push({
      code: "clock",
      severity: "warning",
      cell: cell.id,
      line: line(clock),
      message: `${clock.call.callee} asks what time it is: its step is run each time, and its result may differ.`,
      fix: 'Make the moment a parameter, or set the step\'s option "cache".',
    });
  return found;
}
