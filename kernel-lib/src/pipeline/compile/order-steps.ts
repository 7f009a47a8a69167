import type { PlanEdge } from "./plan.js";

export interface Ordered {
  /** Names in an order that respects every edge, ties by the order given; steps of a circle follow each other. */
  readonly order: readonly string[];
  /** Each circle once, as the steps along it. */
  readonly circles: readonly (readonly string[])[];
}

/** Kahn's algorithm. Where nothing is free, a circle stands in the way: its steps are placed together, so that they are seen. */
export function orderSteps(names: readonly string[], edges: readonly PlanEdge[]): Ordered {
  const circles = findCircles(names, edges);
  const placed = new Set<string>();
  const isFree = (name: string): boolean => edges.every((edge) => edge.to !== name || placed.has(edge.from));
  while (placed.size < names.length) {
    const open = names.filter((name) => !placed.has(name));
    const free = open.find(isFree);
    const entered = circles.find((circle) => circle.some((name) => !placed.has(name))) ?? open;
    for (const name of free === undefined ? entered : [free]) placed.add(name);
  }
  return { order: [...placed], circles };
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
