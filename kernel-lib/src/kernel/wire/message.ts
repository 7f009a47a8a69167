/** Jupyter's channels that carry messages; the heartbeat only echoes. */
export type Channel = "shell" | "control" | "iopub" | "stdin";

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
}

/** A message that came in. Its content stays text until it is its turn. */
export interface Incoming {
  readonly channel: Channel;
  /** Routing prefix: whom to answer. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly metadata: string;
  readonly content: string;
  /** Bytes beside the content. */
  readonly buffers: readonly Uint8Array[];
}

/** A message to send. `content` and `metadata` are JSON text: a thread can pass on any of that. */
export interface Outgoing {
  readonly channel: Channel;
  readonly identities: readonly Uint8Array[];
  readonly type: string;
  readonly parent: Header | null;
  readonly metadata: string;
  readonly content: string;
  readonly buffers?: readonly Uint8Array[];
}

/** Text for a cell's standard output or error; neighbours are joined while they wait to be sent. */
export interface StreamText {
  readonly name: "stdout" | "stderr";
  readonly text: string;
  readonly parent: Header | null;
}

export const PROTOCOL_VERSION = "5.4";
