import type { PlanEdge } from "./plan.js";

export interface Ordered {
  /** Names in an order that respects every edge, ties by the order given. Steps of a circle are left out. */
  readonly order: readonly string[];
  /** Each circle once, as the steps along it. */
  readonly circles: readonly (readonly string[])[];
}

/** Kahn's algorithm; what it cannot place is in a circle or behind one. */
export function orderSteps(names: readonly string[], edges: readonly PlanEdge[]): Ordered {
  const circles = findCircles(names, edges);
  const inCircle = new Set(circles.flat());
  const order: string[] = [];
  const placed = new Set<string>();
  const rest = names.filter((name) => !inCircle.has(name));
  const ready = (name: string): boolean =>
    edges.every((edge) => edge.to !== name || placed.has(edge.from) || inCircle.has(edge.from));
  while (order.length < rest.length) {
    const next = rest.find((name) => !placed.has(name) && ready(name));
    if (next === undefined) break;
    placed.add(next);
    order.push(next);
  }
  return { order, circles };
}

/** Strongly connected components of more than one step (Tarjan 1972), each in the order given. */
function findCircles(names: readonly string[], edges: readonly PlanEdge[]): string[][] {
  const next = new Map(names.map((name) => [name, edges.filter((edge) => edge.from === name).map((edge) => edge.to)]));
  const index = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (name: string): number => {
    const mine = index.size;
    index.set(name, mine);
    let lowest = mine;
    stack.push(name);
    for (const other of next.get(name) ?? []) {
      const known = index.get(other);
      if (known === undefined) lowest = Math.min(lowest, visit(other));
      else if (stack.includes(other)) lowest = Math.min(lowest, known);
    }
    if (lowest === mine) {
      const component = stack.splice(stack.indexOf(name));
      if (component.length > 1) circles.push(names.filter((candidate) => component.includes(candidate)));
    }
    return lowest;
  };
  for (const name of names) if (!index.has(name)) visit(name);
  return circles;
}
