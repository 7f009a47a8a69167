import { types } from "node:util";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { toJson } from "./to-json.js";
import { reasonOf, toText } from "./to-text.js";

/** Deno's convention: an object that knows how it is shown has a method of this name, which gives its MIME types. */
const displaySymbol = Symbol.for("Jupyter.display");

/** What an object says of how it is shown: a bundle, null for nothing at all (an empty object), or a promise of those. */
export type OwnDisplay = MimeBundle | null | Promise<MimeBundle | null>;

/** How the object shows itself; undefined if it does not say, or says it in a way that nobody can read. */
export function ownDisplay(value: object): OwnDisplay | undefined {
  let given: unknown;
  try {
    const method: unknown = Reflect.get(value, displaySymbol);
    if (typeof method !== "function") return undefined;
    given = method.call(value);
  } catch (error) {
    return failed(value, error);
  }
  if (!isThenable(given)) return read(value, given);
  return Promise.resolve(given).then(
    (later) => {
      const shown = read(value, later);
      return shown === undefined ? bundle({ "text/plain": toText(value) }) : shown;
    },
    (error: unknown) => failed(value, error),
  );
}

function read(value: object, given: unknown): MimeBundle | null | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  try {
    const entries = Object.entries(given).map(([mime, content]: [string, unknown]) => [mime, encode(mime, content)]);
    if (entries.length === 0) return null;
    return bundle({ "text/plain": toText(value), ...Object.fromEntries(entries) });
  } catch (error) {
    return failed(value, error);
  }
}

/** Bytes go to the front end in base64, text as it is, JSON as JSON. */
function encode(mime: string, content: unknown): unknown {
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  if (typeof content === "string") return content;
  return /[/+]json$/.test(mime) ? toJson(content) : String(content);
}

function failed(value: object, error: unknown): MimeBundle {
  return bundle({ "text/plain": `${toText(value)}\n[its Jupyter.display failed: ${reasonOf(error)}]` });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return types.isPromise(value) || (typeof value === "object" && value !== null && "then" in value);
}
