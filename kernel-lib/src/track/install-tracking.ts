import { markHarmless, setCaptureTest } from "./hidden-behind.js";
import { metric } from "./metric.js";
import { param } from "./param.js";
import { patchFiles } from "./patch-files.js";
import { patchRandom } from "./patch-random.js";
import { watchFields } from "./private-fields.js";
import { patchProxies } from "./proxy-targets.js";
import { seedingIsOn } from "./seed.js";
import { trackingIsOn, turnTracking } from "./tracking-is-on.js";
import { watchDatabases } from "./watch-databases.js";
import { watchHttp2 } from "./watch-http2.js";
import { watchMySql } from "./watch-mysql.js";
import { watchRequests } from "./watch-requests.js";
import { watchSockets } from "./watch-sockets.js";
import { watchSqlite } from "./watch-sqlite.js";
import { watchTfjs } from "./watch-tfjs.js";
import { patchWeakCollections } from "./weak-versions.js";

export interface InstallOptions {
  /** The notebook's folder. */
  readonly folder: string;
  /** Says of a function's text that it knows nothing but names of the session (see `capturesNothing`); default: no function does. */
  readonly capturesNothing?: (text: string) => boolean;
  /** False to leave all but `Math.random` alone, and note nothing of names (see `wantsTracking`); default: true. */
  readonly on?: boolean;
  /** Default: `process.env`; `TAGLINE_SEED=off` leaves `Math.random` alone. */
  readonly environment?: NodeJS.ProcessEnv;
}

let installed = false;

/**
 * Makes this process's files, random numbers and tfjs trainings known to the cells that run in it. Once per process,
 * before the first package of the notebook is loaded; a second call does nothing.
 */
export function installTracking(options: InstallOptions): void {
  if (installed) return;
  installed = true;
  if (options.capturesNothing !== undefined) setCaptureTest(options.capturesNothing);
  markHarmless(param, metric);
  if (seedingIsOn(options.environment)) patchRandom();
  turnTracking(options.on ?? true);
  // It chooses the backend of trainings too, which must not depend on tracking.
  watchTfjs();
  if (!trackingIsOn()) return;
  // Modules of the project call it; see `watchPrivateFields`.
  Object.defineProperty(globalThis, Symbol.for("$tl.fields"), { value: watchFields, configurable: true });
  patchProxies();
  patchWeakCollections();
  patchFiles();
  watchRequests();
  watchHttp2();
  watchSockets();
  watchDatabases();
  watchMySql();
  watchSqlite();
}
