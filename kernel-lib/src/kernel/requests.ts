/** Contents of the requests that a front end sends, as far as the kernel reads them. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly user_expressions?: Readonly<Record<string, string>>;
  readonly stop_on_error?: boolean;
  readonly allow_stdin?: boolean;
}

/** Metadata of an execute request; JupyterLab sends the cell's id and tags, nbclient neither. */
export interface ExecuteMetadata {
  readonly cellId?: string;
  readonly tags?: readonly string[];
}

export interface CodeRequest {
  readonly code: string;
  /** In characters (code points), as the protocol has it. */
  readonly cursor_pos?: number;
}

export interface HistoryRequest {
  readonly hist_access_type?: "range" | "tail" | "search";
  readonly n?: number;
  readonly pattern?: string;
  /** A search tells of equal inputs once. */
  readonly unique?: boolean;
  readonly session?: number;
  readonly start?: number;
  readonly stop?: number | null;
  readonly output?: boolean;
}

export interface CommMessage {
  readonly comm_id: string;
  readonly target_name?: string;
  readonly data?: unknown;
}

/** Content of `input_reply`. */
export interface InputReply {
  readonly value?: string;
}

/** UTF-16 offset of a place counted in code points. */
export function toOffset(code: string, codePoints: number | undefined): number {
  if (codePoints === undefined) return code.length;
  let offset = 0;
  for (let i = 0; i < codePoints && offset < code.length; i += 1)
    offset += (code.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

/** The other way round. */
export function toCodePoints(code: string, offset: number): number {
  let points = 0;
  for (let i = 0; i < offset; i += (code.codePointAt(i) ?? 0) > 0xffff ? 2 : 1) points += 1;
  return points;
}
