/** An object as a listing tells of it. */
export interface ObjectEntry {
  readonly hash: string;
  readonly bytes: number;
  /** When it was put, or put again; milliseconds since 1970. */
  readonly atMs: number;
}

/** Bytes under the hash of their content. What stands there never changes; it is only put, read and taken away whole. */
export interface ArtifactStore {
  /** Where it keeps its bytes, in words for people: a folder, or `s3://bucket/prefix`. */
  readonly place: string;
  /** Keeps the bytes and gives their sha256 (hex). Equal bytes are kept once, and count as put now. */
  put(bytes: Uint8Array): Promise<string>;
  /** The same for a file of any size. Throws if the file changes meanwhile. */
  putFile(path: string): Promise<string>;
  /** The bytes under a hash. Throws where there are none, or where they no longer match it. */
  get(hash: string): Promise<Buffer>;
  /** The same into a new file. Throws where one is there. */
  getFile(hash: string, path: string): Promise<void>;
  has(hash: string): Promise<boolean>;
  /** Everything that is there, in no order. */
  list(): AsyncIterable<ObjectEntry>;
  /** Takes an object away if it has not been put (again) after `unlessAfterMs`. Tells whether it is gone. */
  remove(hash: string, unlessAfterMs: number): Promise<boolean>;
}
