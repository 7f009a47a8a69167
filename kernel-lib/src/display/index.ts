export { type Display, display } from "./display.js";
export { type DisplayHandle, type DisplayOptions, displaysSettled } from "./display-handle.js";
export { escapeHtml } from "./escape-html.js";
export type { MimeBundle } from "./mime-bundle.js";
export { foreignFrames, setFrameReader } from "./show-error.js";
export { type DisplayMessage, type DisplaySink, type ProgressNews, setDisplaySink } from "./sink.js";
export { tidyPromises } from "./tidy-promises.js";
export { toMimeBundle } from "./to-mime-bundle.js";
export { toResult } from "./to-result.js";
