import { atLeast } from "./at-least.ts";

export type Range = [low: number, high: number];

export function clamp(value: number, [low, high]: Range): number {
  return Math.min(atLeast(value, low), high);
}
