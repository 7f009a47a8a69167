import { types } from "node:util";
import { isLayersModel, isTable, isTensor, type LayersModelLike, type TensorLike } from "./known-values.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { showChart } from "./show-chart.js";
import { showImage } from "./show-image.js";
import { showTable } from "./show-table.js";
import { toText } from "./to-text.js";

/** Deno's convention: an object that knows how it is shown has a method of this name, which gives its MIME types. */
const displaySymbol = Symbol.for("Jupyter.display");

/** How a front end shows a value. Always has `text/plain`; never throws. */
export function toMimeBundle(value: unknown): MimeBundle {
  try {
    const rich = richBundle(value);
    if (rich !== null) return rich;
  } catch {
    // The value is not quite what its shape promised: it is still shown as text.
  }
  return bundle({ "text/plain": toText(value) });
}

function richBundle(value: unknown): MimeBundle | null {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || types.isProxy(value)) return null;
  const own = ownBundle(value);
  if (own !== null) return own;
  if (value instanceof Uint8Array) return showImage(value);
  if (types.isNativeError(value)) return bundle({ "text/plain": errorText(value) });
  if (isTable(value)) return showTable(value);
  if (isTensor(value)) return bundle({ "text/plain": tensorText(value) });
  if (isLayersModel(value)) return bundle({ "text/plain": modelText(value) });
  return showChart(value);
}

function ownBundle(value: object): MimeBundle | null {
  const method: unknown = Reflect.get(value, displaySymbol);
  if (typeof method !== "function") return null;
  const data: unknown = method.call(value);
  if (typeof data !== "object" || data === null || types.isPromise(data)) return null;
  return bundle({ "text/plain": toText(value), ...encodeBytes(data) });
}

/** Binary content goes to the front end in base64. */
function encodeBytes(data: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([mime, content]: [string, unknown]) => [
      mime,
      content instanceof Uint8Array ? Buffer.from(content).toString("base64") : content,
    ]),
  );
}

/** An error that is shown, not thrown: its message and causes, without the frames of how it came about. */
function errorText(error: Error): string {
  const cause =
    error.cause === undefined
      ? ""
      : `\n  cause: ${types.isNativeError(error.cause) ? errorText(error.cause) : toText(error.cause)}`;
  return `[${error.name}: ${error.message}${cause}]`;
}

function tensorText(tensor: TensorLike): string {
  const about = `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  return tensor.isDisposed ? `${about}, disposed` : tensor.toString(true);
}

function modelText(model: LayersModelLike): string {
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  return lines.join("\n");
}
