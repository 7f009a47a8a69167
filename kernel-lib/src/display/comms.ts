/** What comes with a comm's data. */
export interface CommExtras {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Bytes beside the JSON, as they are. */
  readonly buffers: readonly Buffer[];
}

/** Bytes to send: a buffer, a typed array, a `DataView`. */
export type CommBytes = ArrayBuffer | ArrayBufferView;

/** A channel between a cell and a part of the front end, such as a widget. Data is plain JSON, with bytes beside it. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: unknown, metadata?: Readonly<Record<string, unknown>>, buffers?: readonly CommBytes[]): void;
  /** Ends it on both sides; sends nothing if it is closed already. */
  close(data?: unknown, metadata?: Readonly<Record<string, unknown>>, buffers?: readonly CommBytes[]): void;
  /** Called for each message that comes; the latest listener counts. */
  onMessage(listener: (data: unknown, extras: CommExtras) => void): void;
  onClose(listener: (data: unknown, extras: CommExtras) => void): void;
}

/** Called when the front end opens a comm to a target, with the data that it sends along. */
export type CommTarget = (comm: Comm, data: unknown, extras: CommExtras) => void;

/** The kernel's side of comms. */
export interface CommHost {
  open(target: string, data: unknown, metadata: Readonly<Record<string, unknown>>, buffers: readonly CommBytes[]): Comm;
  register(target: string, handler: CommTarget): void;
}

let host: CommHost | null = null;

/** Called once by the kernel. */
export function setCommHost(next: CommHost): void {
  host = next;
}

function hostOrThrow(): CommHost {
  if (host === null) throw new Error("Cannot open a comm: there is no front end outside of a notebook");
  return host;
}

/** Jupyter's comms, both ways. */
export const comms = {
  /** Opens a comm to a target that the front end has registered. */
  open: (
    target: string,
    data: unknown = {},
    metadata: Readonly<Record<string, unknown>> = {},
    buffers: readonly CommBytes[] = [],
  ): Comm => hostOrThrow().open(target, data, metadata, buffers),
  /** Answers comms that the front end opens to this target; a second handler replaces the first. */
  register: (target: string, handler: CommTarget): void => hostOrThrow().register(target, handler),
};
