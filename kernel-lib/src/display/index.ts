export { type Display, type DisplayOptions, display } from "./display.js";
export { escapeHtml } from "./escape-html.js";
export type { MimeBundle } from "./mime-bundle.js";
export { type DisplayMessage, type DisplaySink, setDisplaySink } from "./sink.js";
export { toMimeBundle } from "./to-mime-bundle.js";
