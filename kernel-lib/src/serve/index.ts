export { build, type ServeDeps } from "./build.js";
export { type ErrorReply, ServeError, type ServeErrorCode, serveErrors } from "./errors.js";
export { toOpenApi } from "./openapi.js";
export { type Picked, pickVersion } from "./pick-version.js";
export { type ModelServer, type ServeOptions, serveModel } from "./serve-model.js";
