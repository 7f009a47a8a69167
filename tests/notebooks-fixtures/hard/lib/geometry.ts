import { sum } from "./sum.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function average(values: readonly number[]): number {
  return sum(values) / values.length;
}

export class Polygon {
  readonly #points: readonly Point[];
  constructor(points: readonly Point[]) {
    this.#points = points;
  }
  /** By the shoelace formula. */
  area(): number {
    const parts = this.#points.map((p, i, all) => {
      const q = all[(i + 1) % all.length] ?? p;
      return p.x * q.y - q.x * p.y;
    });
    return Math.abs(sum(parts)) / 2;
  }
}
