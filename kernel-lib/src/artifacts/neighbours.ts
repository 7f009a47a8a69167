/** Another project that has put objects into a store. */
export interface StoreUser {
  readonly id: string;
  /** Name of its folder, and the machine. */
  readonly project: string;
  readonly host: string;
  /** ISO 8601. */
  readonly lastSeen: string;
}

/** Who and what else is where a project keeps its artifacts, if that is no folder of its own. */
export interface StoreNeighbours {
  /** Projects with folders of their own, this one left out. */
  users(): Promise<readonly StoreUser[]>;
  forget(id: string): Promise<void>;
  /** Contents of all that lies beside the objects: segments of the log, versions. */
  texts(): AsyncIterable<string>;
}
