import type { ServicePorts } from "./ports.js";
import type { RunDesk } from "./run-desk.js";

/** What every route sees. */
export interface ServiceContext {
  readonly ports: ServicePorts;
  readonly desk: RunDesk;
  /** Absolute path of Jupyter's root folder, symbolic links resolved. */
  readonly root: string;
  readonly version: string;
  readonly heartbeatMs: number;
  /** How often a run of another process is looked at, milliseconds. */
  readonly followMs: number;
}
