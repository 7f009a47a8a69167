import { types } from "node:util";
import { CannotStoreError } from "./cannot-store-error.js";
import { codecFor } from "./codec.js";
import { hasMethods, isGraphModel, isHistory, isLayersModel, isTable, isTensor } from "./library-types.js";

/** Constructors of classes declared in cells, by name. */
// biome-ignore lint/complexity/noBannedTypes: any class will do; only its name and prototype are used.
export type Classes = Readonly<Record<string, Function>>;

/** What an object is, to the codecs. `className` is set for instances of classes declared in cells. */
export interface ObjectKind {
  readonly kind:
    | "object"
    | "array"
    | "map"
    | "set"
    | "date"
    | "regexp"
    | "error"
    | "boxed"
    | "buffer"
    | "view"
    | "url"
    | "table"
    | "tensor"
    | "model"
    | "graph-model"
    /** Of a codec that the notebook registered. */
    | "custom";
  readonly className: string | null;
  /** Plain objects without a prototype. */
  readonly bare: boolean;
  /** Of `object`: the only properties that count, where others are a library's own affair. */
  readonly fields?: readonly string[];
}

const plain = (kind: ObjectKind["kind"]): ObjectKind => ({ kind, className: null, bare: false });
/** What tfjs's `fit` gives; it also holds the model and the callbacks' state. */
const HISTORY: ObjectKind = {
  kind: "object",
  className: "tf.History",
  bare: false,
  fields: ["epoch", "history", "params"],
};
const OBJECT = plain("object");
const BARE: ObjectKind = { kind: "object", className: null, bare: true };
const ARRAY = plain("array");
const DATE = plain("date");
const MAP = plain("map");
const SET = plain("set");

/** Tells what an object is, or throws a CannotStoreError that names `path()`. */
export function kindOf(value: object, classes: Classes, path: () => string): ObjectKind {
  if (types.isProxy(value)) throw new CannotStoreError(path(), "a Proxy", "Store the object behind it instead");
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return OBJECT;
  if (prototype === Array.prototype) return ARRAY;
  // Any object may be made to look like a date; what counts is what it is, which builtInKind asks.
  if (prototype === Date.prototype && types.isDate(value)) return DATE;
  if (prototype === Map.prototype && types.isMap(value)) return MAP;
  if (prototype === Set.prototype && types.isSet(value)) return SET;
  if (prototype === null) {
    if (types.isModuleNamespaceObject(value))
      throw new CannotStoreError(path(), "an imported module", "Import it in the cells that use it");
    return BARE;
  }
  if (codecFor(value) !== null) return plain("custom");
  if (isTable(value)) return plain("table");
  if (isTensor(value)) return plain("tensor");
  if (isLayersModel(value)) return plain("model");
  if (isGraphModel(value)) return plain("graph-model");
  if (isHistory(value)) return HISTORY;
  const builtIn = builtInKind(value, path);
  const className = foreignClass(value, builtIn, classes, path);
  return { kind: builtIn, className, bare: false };
}

function builtInKind(value: object, path: () => string): ObjectKind["kind"] {
  if (Array.isArray(value)) return "array";
  if (types.isMap(value)) return "map";
  if (types.isSet(value)) return "set";
  if (types.isDate(value)) return "date";
  if (types.isRegExp(value)) return "regexp";
  if (types.isNativeError(value)) return "error";
  if (types.isAnyArrayBuffer(value)) return "buffer";
  if (ArrayBuffer.isView(value)) return "view";
  if (value instanceof URL) return "url";
  if (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) return "boxed";
  const reason = unstorable(value);
  if (reason !== null) throw new CannotStoreError(path(), reason, wayOutOf(reason));
  return "object";
}

/** The name of the cell's class that made a value, or null for what JavaScript itself makes. */
function foreignClass(value: object, kind: ObjectKind["kind"], classes: Classes, path: () => string): string | null {
  const prototype: object = Object.getPrototypeOf(value);
  for (const [name, maker] of Object.entries(classes)) {
    if (maker.prototype === prototype) return checkedClass(name, maker, path);
  }
  // Arrays and objects of another realm have that realm's prototypes.
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const name = typeof maker === "function" ? maker.name : "";
  if (kind !== "object" && BUILT_IN_NAMES.has(name)) return null;
  if (kind === "object" && name === "Object" && Object.getPrototypeOf(prototype) === null) return null;
  // A cell that ran again made a new class of the same name.
  const again = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (again !== undefined) return checkedClass(name, again, path);
  throw new CannotStoreError(
    path(),
    `an instance of ${name === "" ? "a class without a name" : name}, which no cell declares`,
    "Keep plain data (objects, arrays, Map, Set, Date, typed arrays, tables, tensors, models), or declare its class at the top level of a cell",
  );
}

const BUILT_IN_NAMES = new Set(
  (
    "Array Map Set Date RegExp Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError ArrayBuffer SharedArrayBuffer URL " +
    "Number String Boolean BigInt DataView Buffer Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array " +
    "BigInt64Array BigUint64Array"
  ).split(" "),
);

const privateFields = new WeakMap<Classes[string], boolean>();

function checkedClass(name: string, maker: Classes[string], path: () => string): string {
  for (
    let level: unknown = maker;
    typeof level === "function" && level !== Function.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    let has = privateFields.get(level);
    if (has === undefined) {
      has = hasPrivateFields(Function.prototype.toString.call(level));
      privateFields.set(level, has);
    }
    if (has) {
      throw new CannotStoreError(
        path(),
        `${name} has private fields (#…), which nothing outside the class can read`,
        "Make them ordinary fields (TypeScript's `private` is fine)",
      );
    }
  }
  return name;
}

/** Looks for `#name` outside comments, strings and templates. */
function hasPrivateFields(source: string): boolean {
  const code = source.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g,
    " ",
  );
  return /(?<![\w$])#[A-Za-z_$]/.test(code);
}

function unstorable(value: object): string | null {
  if (types.isPromise(value) || hasMethods(value, ["then"])) return "a promise";
  if (hasMethods(value, ["next"])) return "an iterator, which has no value of its own";
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) return "a weak collection";
  if (types.isSymbolObject(value)) return "a symbol";
  if (types.isArgumentsObject(value)) return "an `arguments` object";
  if (hasMethods(value, ["pipe"]) || hasMethods(value, ["write", "end"])) return "a stream or socket";
  if (value instanceof ReadableStream || value instanceof WritableStream) return "a stream or socket";
  return null;
}

function wayOutOf(reason: string): string {
  if (reason.startsWith("a promise")) return "Await it, and keep what it gives";
  if (reason.startsWith("an iterator")) return "Spread it into an array: [...it]";
  if (reason.startsWith("a stream")) return "Open it in the step that uses it, and hand on what was read";
  return "Keep plain data in the value instead";
}

/** The names of an object's properties that are kept, in their order. */
export function keptKeys(value: object, { fields }: ObjectKind): string[] {
  const keys = Object.keys(value);
  return fields ? keys.filter((key) => fields.includes(key)) : keys;
}
