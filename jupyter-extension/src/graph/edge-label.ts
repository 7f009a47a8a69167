import type { Plan, PlanEdge } from "tagline/service/api";

const LONGEST = 30;

/** `raw: Table<Penguin>` for one name, names alone for several, nothing for an edge of order only. */
export function edgeLabel(plan: Plan, edge: PlanEdge): string {
  const [first, second, ...rest] = edge.names;
  if (first === undefined) return "";
  if (second === undefined) {
    const type = typeOf(plan, edge, first);
    return type === null ? first : shorten(`${first}: ${type}`);
  }
  const both = `${first}, ${second}`;
  return rest.length === 0
    ? shorten(both)
    : shorten(rest.length === 1 ? `${both}, ${rest[0]}` : `${both} and ${rest.length} more`);
}

/** Everything that travels, a line each. */
export function edgeTitle(plan: Plan, edge: PlanEdge): string {
  if (edge.names.length === 0) return `${edge.to} runs after ${edge.from}`;
  return edge.names
    .map((name) => {
      const type = typeOf(plan, edge, name);
      return type === null ? name : `${name}: ${type}`;
    })
    .join("\n");
}

function typeOf(plan: Plan, edge: PlanEdge, name: string): string | null {
  const step = plan.steps.find((candidate) => candidate.name === edge.to);
  return step?.needs.find((need) => need.name === name && need.from === edge.from)?.type ?? null;
}

export function shorten(text: string, longest: number = LONGEST): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
