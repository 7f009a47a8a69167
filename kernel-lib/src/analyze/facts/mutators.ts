/** Methods that change their receiver, by name alone. */
const mutating = new Set([
  // arrays and typed arrays
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
  "sort",
  "reverse",
  "fill",
  "copyWithin",
  "set",
  // Map, Set, Headers, URLSearchParams, FormData
  "add",
  "delete",
  "clear",
  "append",
  // TensorFlow.js models, layers, variables, optimizers
  "fit",
  "fitDataset",
  "trainOnBatch",
  "compile",
  "setWeights",
  "loadWeights",
  "assign",
  "dispose",
  "applyGradients",
  "minimize",
]);

/** `Date`'s setters, `DataView`'s, and `Buffer`'s writers and swaps: names that nothing else has. */
const mutatingPattern =
  /^set(?:UTC)?(?:Date|Month|FullYear|Hours|Minutes|Seconds|Milliseconds|Time|Year)$|^set(?:Big)?(?:Int|Uint|Float)\d+$|^(?:write(?:Big)?(?:U?[Ii]nt|Float|Double)\w*|swap(?:16|32|64))$/;

/** `Buffer.write` and the like: only where the receiver's type is known. */
const bufferMutating = new Set(["write"]);

export function isMutatingMethod(name: string): boolean {
  return mutating.has(name) || mutatingPattern.test(name);
}

export function isBufferMutating(name: string): boolean {
  return bufferMutating.has(name);
}

/** `Object.assign(x)` and relatives change their first argument. */
const firstArgument: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "Object",
    new Set(["assign", "defineProperty", "defineProperties", "setPrototypeOf", "freeze", "seal", "preventExtensions"]),
  ],
  ["Reflect", new Set(["set", "defineProperty", "deleteProperty", "setPrototypeOf", "preventExtensions"])],
  ["Atomics", new Set(["add", "and", "compareExchange", "exchange", "or", "store", "sub", "xor"])],
  ["crypto", new Set(["getRandomValues", "randomFillSync"])],
]);

export function mutatesFirstArgument(receiver: string, method: string): boolean {
  return firstArgument.get(receiver)?.has(method) ?? false;
}

/** `tf.util.shuffle(x)`, `tf.util.shuffleCombo(x, y)`. */
export function mutatesAllArguments(receiver: string, method: string): boolean {
  return receiver === "util" && (method === "shuffle" || method === "shuffleCombo");
}

/** What a method's result shares with its receiver. */
export type ResultKind = "nothing" | "contents" | "itself" | "callback" | "anything";

const results = new Map<string, ResultKind>([
  ...[
    ..."join split trim padStart padEnd toFixed toString toLocaleString toISOString toUpperCase toLowerCase indexOf lastIndexOf includes some every findIndex findLastIndex has charCodeAt codePointAt startsWith endsWith localeCompare test getTime forEach keys".split(
      " ",
    ),
  ].map((name): [string, ResultKind] => [name, "nothing"]),
  ..."slice filter concat flat toSorted toReversed toSpliced with values entries splice"
    .split(" ")
    .map((name): [string, ResultKind] => [name, "contents"]),
  // What `subarray` gives is another view of the same memory.
  ..."sort reverse fill copyWithin subarray".split(" ").map((name): [string, ResultKind] => [name, "itself"]),
  ..."map flatMap".split(" ").map((name): [string, ResultKind] => [name, "callback"]),
]);

export function resultOfMethod(name: string): ResultKind {
  return results.get(name) ?? "anything";
}

/** The same for functions of globals, as to their arguments. */
export function resultOfGlobal(receiver: string, method: string): ResultKind {
  if (
    [
      "Math",
      "JSON",
      "Number",
      "String",
      "Date",
      "BigInt",
      "Symbol",
      "performance",
      "process",
      "Buffer",
      "console",
      "Boolean",
    ].includes(receiver)
  )
    return "nothing";
  if (receiver === "Object") {
    if (["keys", "getOwnPropertyNames", "is", "hasOwn"].includes(method)) return "nothing";
    return ["values", "entries", "fromEntries", "groupBy", "create", "getOwnPropertyDescriptors"].includes(method)
      ? "contents"
      : "itself";
  }
  if (receiver === "Array" && method === "isArray") return "nothing";
  if (receiver === "Array") return method === "from" ? "callback" : "contents";
  return receiver === "Map" || receiver === "Promise" ? "contents" : "anything";
}

/** `String(x)`, `structuredClone(x)`: functions whose result shares nothing with their arguments. */
const cloning = new Set([
  "String",
  "Number",
  "Boolean",
  "BigInt",
  "Symbol",
  "Date",
  "parseInt",
  "parseFloat",
  "isNaN",
  "isFinite",
  "structuredClone",
  "require",
  "fetch",
]);

export function isCloningGlobal(name: string): boolean {
  return cloning.has(name);
}
