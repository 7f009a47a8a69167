/** A module's exports by name. */
export type Namespace = Readonly<Record<string, unknown>>;
