import type { Plan, PlanEdge } from "tagline/service/api";

/** Longest labels, characters: a curve has less room beside it than a straight line. */
const WITH_TYPE = 30;
const NAMES_ALONE = 18;

/** Whether nothing else leaves its source or enters its target: there is room for a type then. */
export function isAlone(plan: Plan, edge: PlanEdge): boolean {
  return plan.edges.every((other) => other === edge || (other.from !== edge.from && other.to !== edge.to));
}

/** `raw: Table<Penguin>` for one name with its type, else names alone, nothing for an edge of order only. */
export function edgeLabel(plan: Plan, edge: PlanEdge, withType: boolean): string {
  const [first, ...others] = edge.names;
  if (first === undefined) return "";
  if (others.length === 0) {
    const type = withType ? typeOf(plan, edge, first) : null;
    return shorten(type === null ? first : `${first}: ${type}`, withType ? WITH_TYPE : NAMES_ALONE);
  }
  const all = edge.names.join(", ");
  return all.length <= NAMES_ALONE ? all : `${shorten(first, NAMES_ALONE - 3)} +${others.length}`;
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

export function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
