import { ownVersion } from "../lineage/own-version.js";
import { typescriptVersion } from "./environment.js";
import { PROTOCOL_VERSION } from "./wire/message.js";

/** Content of `kernel_info_reply`. */
export const kernelInfo = {
  status: "ok",
  protocol_version: PROTOCOL_VERSION,
  implementation: "tagline",
  implementation_version: ownVersion(),
  language_info: {
    name: "typescript",
    version: typescriptVersion,
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: { name: "javascript", typescript: true, mode: "typescript" },
    nbconvert_exporter: "script",
  },
  banner: `Tagline ${ownVersion()}: TypeScript ${typescriptVersion} on Node ${process.versions.node}`,
  help_links: [],
  supported_features: [],
  debugger: false,
} as const;
