/** A symbol that is the same in every process: of `Symbol.for`, or one of JavaScript's own. Null for any other. */
export function commonSymbol(symbol: symbol): { readonly isKnown: boolean; readonly key: string } | null {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return { isKnown: false, key };
  const name = Object.getOwnPropertyNames(Symbol).find((one) => knownSymbol(one) === symbol);
  return name === undefined ? null : { isKnown: true, key: name };
}

/** `Symbol.iterator` by its name. */
export function knownSymbol(name: string): symbol | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(Symbol, name)?.value;
  return typeof value === "symbol" ? value : undefined;
}
