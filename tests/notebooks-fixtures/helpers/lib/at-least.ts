export const atLeast = (value: number, low: number): number => Math.max(value, low);
