import type { CellLook } from "./look-at-cells.js";
import { HYPERPARAMETER, limitsOf, looksLikeParameter, paramLine } from "./looks-like-parameter.js";
import type { Finding, SuggestInput } from "./suggestion.js";

/** Constants and settings that one may want to turn, with the line that makes them parameters. */
export function findParameters(looks: readonly CellLook[], { isSecretName, holdsSecret }: SuggestInput): Finding[] {
  const changed = new Set(
    looks.flatMap(({ effects, cell, survey }) => [
      ...survey.assigned,
      ...effects.assigns.keys(),
      ...effects.mutates.keys(),
      ...cell.facts.declarations.flatMap(({ assigns, mutates }) => [...assigns, ...mutates]),
    ]),
  );
  const taken = new Set(
    looks.flatMap(({ cell }) =>
      cell.facts.params.filter(({ explicit }) => explicit).flatMap(({ name, variable }) => [name, variable ?? name]),
    ),
  );
  const used = usedNames(looks);
  const found: Finding[] = [];
  for (const look of looks) {
    const { cell, survey } = look;
    if (cell.role.kind === "skip") continue;
    for (const constant of survey.constants) {
      const { name, line, declared } = constant;
      const guess = looksLikeParameter(constant, looks);
      if (
        guess === null ||
        changed.has(name) ||
        taken.has(name) ||
        !used.has(name) ||
        isSecretName(name) ||
        holdsSecret(constant.text)
      )
        continue;
      taken.add(name);
      found.push({
        code: "parameter",
        severity: "info",
        cell: cell.id,
        line,
        message: `${name} = ${short(constant.text)} looks like a parameter.`,
        fix: paramLine(guess, declared),
      });
    }
    for (const { name, value, line } of survey.properties) {
      if (!HYPERPARAMETER.test(name) || taken.has(name)) continue;
      taken.add(name);
      const fix = `${paramLine({ name, value, ...limitsOf(name, value) })} Then write ${name} here.`;
      found.push({
        code: "parameter",
        severity: "info",
        cell: cell.id,
        line,
        message: `${name}: ${value} looks like a parameter.`,
        fix,
      });
    }
  }
  return found;
}

function usedNames(looks: readonly CellLook[]): Set<string> {
  return new Set(
    looks.flatMap(({ cell }) => [
      ...cell.facts.statements.flatMap(({ reads, types }) => [...reads, ...types]),
      ...cell.facts.declarations.flatMap(({ free, types }) => [...free, ...types]),
    ]),
  );
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
