/** Gives what an object of one of Node's own classes holds, which it keeps where no property shows it. */
type Reader = (object: object) => readonly unknown[];

/** By the name in `Symbol.toStringTag` of the prototype. `Headers` and `FormData` load a large part of Node, so they wait for their first object. */
const makers: Readonly<Record<string, () => { readonly prototype: object; readonly read: Reader }>> = {
  URL: () => {
    const href = Reflect.getOwnPropertyDescriptor(URL.prototype, "href")?.get;
    return { prototype: URL.prototype, read: (object) => [href?.call(object)] };
  },
  URLSearchParams: () => {
    const { toString: text } = URLSearchParams.prototype;
    return { prototype: URLSearchParams.prototype, read: (object) => [text.call(object)] };
  },
  Headers: () => {
    const { entries } = Headers.prototype;
    return { prototype: Headers.prototype, read: (object) => [...entries.call(object)].flat() };
  },
  FormData: () => {
    const { entries } = FormData.prototype;
    return { prototype: FormData.prototype, read: (object) => [...entries.call(object)].flat() };
  },
  AbortController: () => {
    const signal = Reflect.getOwnPropertyDescriptor(AbortController.prototype, "signal")?.get;
    return { prototype: AbortController.prototype, read: (object) => [signal?.call(object)] };
  },
  AbortSignal: () => {
    const aborted = Reflect.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;
    return { prototype: AbortSignal.prototype, read: (object) => [aborted?.call(object)] };
  },
};

const known = new Map<object, Reader | null>();

/** What an object holds as an instance of the class with this prototype, or null if that is none of those above. */
export function webReader(prototype: object): Reader | null {
  const before = known.get(prototype);
  if (before !== undefined) return before;
  const tag: unknown = Reflect.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value;
  if (typeof tag !== "string" || !Object.hasOwn(makers, tag)) return null;
  const made = makers[tag]?.();
  // Another class may call itself so.
  const reader = made?.prototype === prototype ? made.read : null;
  known.set(prototype, reader);
  return reader;
}
