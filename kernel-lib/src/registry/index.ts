export type { AliasState } from "./alias-fold.js";
export { checkAlias, checkModelName, type ModelRequest, parseModelRequest } from "./model-name.js";
export type { ModelManifest } from "./model-version.js";
export { type AliasMove, type MoveOptions, moveAlias, rollback } from "./move-alias.js";
export { type RegisterOptions, type Registration, registerVersion } from "./register-version.js";
export {
  findVersion,
  listVersions,
  type ModelVersion,
  openRegistry,
  type Registry,
  shortId,
  UnknownModelError,
} from "./registry.js";
export type { VersionDraft } from "./version-draft.js";
