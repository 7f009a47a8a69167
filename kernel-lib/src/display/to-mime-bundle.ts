import { types } from "node:util";
import {
  type GraphModelLike,
  isCanvas,
  isElement,
  isGraphModel,
  isLayersModel,
  isTable,
  isTensor,
  type TensorLike,
} from "./known-values.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { ownDisplay } from "./own-display.js";
import { showChart } from "./show-chart.js";
import { errorText } from "./show-error.js";
import { imageBundle, showImage } from "./show-image.js";
import { showModel } from "./show-model.js";
import { showTable } from "./show-table.js";
import { toText } from "./to-text.js";

/**
 * How a front end shows a value. Always has `text/plain`; never throws. What a value can only promise (an asynchronous
 * `Jupyter.display`) is not waited for: see `toDisplayed`.
 */
export function toMimeBundle(value: unknown): MimeBundle {
  const shown = toDisplayed(value);
  return shown === null || shown instanceof Promise ? bundle({ "text/plain": toText(value) }) : shown;
}

/** The same, for who can wait: null is for what shows nothing. Never throws or rejects. */
export function toDisplayed(value: unknown): MimeBundle | null | Promise<MimeBundle | null> {
  if (isObject(value)) {
    const own = ownDisplay(value);
    if (own !== undefined) return own;
    try {
      const rich = richBundle(value);
      if (rich !== null) return rich;
    } catch {
      // The value is not quite what its shape promised: it is still shown as text.
    }
  }
  return bundle({ "text/plain": toText(value) });
}

function isObject(value: unknown): value is object {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && !types.isProxy(value);
}

function richBundle(value: object): MimeBundle | null {
  if (types.isUint8Array(value)) return showImage(value);
  if (types.isUint8ClampedArray(value)) return null;
  if (types.isAnyArrayBuffer(value)) return showImage(new Uint8Array(value));
  if (types.isNativeError(value)) return bundle({ "text/plain": errorText(value) });
  if (isTable(value)) return showTable(value);
  if (isTensor(value)) return bundle({ "text/plain": tensorText(value) });
  if (isLayersModel(value)) return showModel(value);
  if (isGraphModel(value)) return bundle({ "text/plain": graphModelText(value) });
  if (isCanvas(value)) return canvasBundle(value.toDataURL());
  if (isElement(value)) return elementBundle(value.outerHTML);
  return showChart(value);
}

function tensorText(tensor: TensorLike): string {
  const about = `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  return tensor.isDisposed ? `${about}, disposed` : tensor.toString(true);
}

function graphModelText(model: GraphModelLike): string {
  const ends = (tensors: GraphModelLike["inputs"]): string =>
    tensors
      .map(({ name, dtype, shape }) => `  ${name}: ${dtype ?? "unknown"} [${shape?.join(", ") ?? "unknown"}]`)
      .join("\n");
  return `Graph model\ninputs\n${ends(model.inputs)}\noutputs\n${ends(model.outputs)}`;
}

function canvasBundle(url: string): MimeBundle | null {
  const [, mime, content] = /^data:(image\/[a-z+]+);base64,(.*)$/s.exec(url) ?? [];
  if (mime === undefined || content === undefined) return null;
  return imageBundle(mime, content, Math.floor((content.length * 3) / 4));
}

function elementBundle(html: string): MimeBundle {
  const isSvg = /^<svg[\s>]/i.test(html);
  return bundle({ [isSvg ? "image/svg+xml" : "text/html"]: html, "text/plain": toText(html) });
}
