import type { ModelRegistered } from "../lineage/events.js";
import type { CellFacts } from "../notebook/cell-facts.js";

/** A cell that ran, or runs. */
export interface SessionCell {
  readonly id: string | null;
  readonly source: string;
  readonly tags: readonly string[];
  readonly facts: CellFacts;
}

/** What a kernel's session tells to parts of Tagline that may not reach the kernel. */
export interface SessionPort {
  /** The project's root and the notebook's folder, absolute. */
  readonly root: string;
  readonly folder: string;
  /** The notebook's path as the log has it. */
  readonly notebook: string | null;
  /** The session's run. */
  readonly run: string;
  /** In the order in which they ran, the running one last. */
  cells(): readonly SessionCell[] | Promise<readonly SessionCell[]>;
  /** A top-level name's value, without noting a read; undefined if it has none. */
  valueOf(name: string): unknown;
  /** Writes an event to the session's log; resolves once it is safely there. */
  record(event: ModelRegistered): Promise<void>;
}

let session: SessionPort | null = null;

/** Called once by a kernel, before the first cell runs. */
export function setSession(port: SessionPort): void {
  session = port;
}

/** The session that runs in this process, or null. */
export function currentSession(): SessionPort | null {
  return session;
}
