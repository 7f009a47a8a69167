/** How values of one kind are stored that Tagline does not know, or knows less well than their author. */
export interface Codec<Value extends object, Data> {
  /** Stays with the stored bytes. */
  readonly name: string;
  /** Whether this value is of the kind. Plain objects, arrays, Map, Set and Date are not asked about. */
  readonly test: (value: object) => boolean;
  /** What to store: anything that can be stored. Equal values must give equal data. */
  readonly encode: (value: Value) => Data | Promise<Data>;
  /** The value again. */
  readonly decode: (data: Data) => Value | Promise<Value>;
}

/** As it is kept: whoever calls it has asked `test`, or found the name beside the data. */
export type AnyCodec = Codec<object, unknown>;

/** The name under which a codec's data stand in the bytes of a value. */
export const CODEC_DATA = "data";

/** One list a process, whichever copy of this module is asked: a notebook's `tagline` and a step's may be two. */
const KEY = Symbol.for("tagline.codecs");

function codecs(): Map<string, AnyCodec> {
  const holder = globalThis as { [KEY]?: Map<string, AnyCodec> };
  holder[KEY] ??= new Map();
  return holder[KEY];
}

/**
 * Registers a codec for values that steps hand on and models capture. Call it in a cell tagged `setup`, so that every step has it. One
 * of the same name is replaced.
 *
 * ```ts
 * codec({
 *   name: "graph",
 *   test: (value) => value instanceof Graph,
 *   encode: (graph: Graph) => graph.toJSON(),
 *   decode: (data) => Graph.from(data),
 * });
 * ```
 */
export function codec<Value extends object, Data>(definition: Codec<Value, Data>): void {
  const { name, test, encode, decode } = definition;
  if (typeof name !== "string" || name === "")
    throw new TypeError(`Cannot register a codec by the name ${String(name)}`);
  for (const [part, given] of Object.entries({ test, encode, decode }))
    if (typeof given !== "function")
      throw new TypeError(`Cannot register the codec ${name}: its ${part} is no function`);
  // Only values that `test` took reach `encode`, and only what that gave reaches `decode`.
  codecs().set(name, definition as unknown as AnyCodec);
}

/** The codec that takes a value; null if none does. */
export function codecFor(value: object): AnyCodec | null {
  for (const one of codecs().values()) {
    try {
      if (one.test(value)) return one;
    } catch {
      // A test that cannot stand a value does not take it.
    }
  }
  return null;
}

export function codecNamed(name: string): AnyCodec | null {
  return codecs().get(name) ?? null;
}
