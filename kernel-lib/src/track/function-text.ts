/** What a compiled cell's text always has where a top-level name is used; see `CompiledCell`. */
const markers = ["tl$", "$tl."];

/**
 * Makes `toString()` of functions declared in cells give the person's own text: arquero and others parse it.
 * `originalText` undoes the compiler's forms; it is asked only about text that has them.
 */
export function patchFunctionText(originalText: (text: string) => string): void {
  const original = Function.prototype.toString;
  const patched = {
    toString(this: unknown): string {
      const text: string = original.call(this);
      return markers.some((marker) => text.includes(marker)) ? originalText(text) : text;
    },
  }.toString;
  const nativeText = original.call(original);
  Object.defineProperty(Function.prototype, "toString", {
    value: new Proxy(patched, {
      // A patched function still says that it is Node's own.
      apply: (target, self, args) =>
        self === Function.prototype.toString ? nativeText : Reflect.apply(target, self, args),
    }),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
