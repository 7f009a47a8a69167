import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { display as show } from "./display.js";
import { newDisplayId } from "./display-handle.js";

/*
 * What notebooks import from "tslab", for those that were written for its kernel. Types and behaviour are tslab's.
 */

export interface Display {
  javascript(s: string): void;
  html(s: string): void;
  markdown(s: string): void;
  latex(s: string): void;
  svg(s: string): void;
  png(b: Uint8Array): void;
  jpeg(b: Uint8Array): void;
  gif(b: Uint8Array): void;
  pdf(b: Uint8Array): void;
  text(s: string): void;
  /** Content of any MIME type; bytes go to the front end in base64. */
  raw(contentType: string, b: string | Uint8Array): void;
}

/** Shows content below the cell. */
export const display: Display = displayOf(null);

/** A display of one output: what is shown by it replaces what it showed before. */
export function newDisplay(): Display {
  return displayOf(newDisplayId());
}

/** Versions of what runs the notebook. */
export const versions: { readonly tslab: string; readonly typescript: string; readonly node: string } = {
  /** The version of tslab whose habits are kept. */
  tslab: "1.0.22",
  get typescript() {
    return versionOf("typescript");
  },
  node: process.version,
};

function displayOf(id: string | null): Display {
  let update = false;
  const raw = (mime: string, content: string | Uint8Array): void => {
    show.raw(mime, content, id === null ? {} : { id, update });
    update = id !== null;
  };
  const as =
    (mime: string) =>
    (content: string | Uint8Array): void =>
      raw(mime, content);
  return {
    javascript: as("text/javascript"),
    html: as("text/html"),
    markdown: as("text/markdown"),
    latex: as("text/latex"),
    svg: as("image/svg+xml"),
    png: as("image/png"),
    jpeg: as("image/jpeg"),
    gif: as("image/gif"),
    pdf: as("application/pdf"),
    text: as("text/plain"),
    raw,
  };
}

function versionOf(name: string): string {
  try {
    const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const json: { readonly version?: string } = JSON.parse(readFileSync(path, "utf8"));
    return json.version ?? "";
  } catch {
    return "";
  }
}
