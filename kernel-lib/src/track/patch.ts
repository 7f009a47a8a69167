/** A function of a builtin about which nothing is known but that it can be called. */
export type Original = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces a method by one made from the original, keeping its name, its length and its own properties
 * (`util.promisify` finds its variants there).
 */
export function patch<Target extends object, Name extends keyof Target & string>(
  target: Target,
  name: Name,
  make: (original: Original) => (this: never, ...args: never[]) => unknown,
): void {
  const original = target[name];
  if (typeof original !== "function") throw new TypeError(`Cannot patch ${name}: it is not a function`);
  // The caller passes on what Node's function was given, so the types of the arguments hold.
  const replacement = make(original as unknown as Original);
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(target, name, { value: replacement, writable: true, configurable: true, enumerable: true });
}
