import fs from "node:fs";
import { Module, syncBuiltinESMExports } from "node:module";
import { sep } from "node:path";
import type { ActiveCell } from "./active-cell.js";
import { currentRecorder } from "./cell-context.js";
import { dataPath } from "./data-path.js";
import { hashBytes } from "./hash-file.js";
import { noteClose, noteOpen, openFile } from "./open-files.js";
import { type Original, patch } from "./patch.js";

/**
 * Patches `fs` and `fs.promises`, so that the files of a cell are known. Streams go through `fs.open` and
 * `fs.read` themselves. Native readers (DuckDB) and child processes are not seen.
 */
export function patchFiles(): void {
  patchWholeReads();
  patchOpen();
  patchBlobs();
  patchWrites();
  patchJsonRequire();
  syncBuiltinESMExports();
}

/** The running cell and the path it uses, or null where nothing is to be recorded. */
function watched(given: unknown): { recorder: ActiveCell; path: string } | null {
  const recorder = currentRecorder();
  if (recorder === undefined || recorder.finished || quiet > 0) return null;
  const path = dataPath(given);
  return path === null ? null : { recorder, path };
}

/** Above 0 while a package loads its own JSON. */
let quiet = 0;

type ReadOptions = { encoding?: BufferEncoding | null } | BufferEncoding | null | undefined;

function splitEncoding(options: unknown): { encoding: BufferEncoding | null; raw: object } {
  // `options` is what Node's own function would be given.
  const given = options as ReadOptions;
  if (typeof given === "string") return { encoding: given, raw: {} };
  return { encoding: given?.encoding ?? null, raw: { ...given, encoding: null } };
}

function deliver(
  bytes: Buffer,
  encoding: BufferEncoding | null,
  { recorder, path }: { recorder: ActiveCell; path: string },
): Buffer | string {
  if (!recorder.files.hasRead(path)) recorder.files.read(path, hashBytes(bytes));
  return encoding === null || encoding === ("buffer" as string) ? bytes : bytes.toString(encoding);
}

function patchWholeReads(): void {
  patch(
    fs,
    "readFileSync",
    (original) =>
      function (this: unknown, path: unknown, options?: unknown) {
        const use = watched(path);
        if (use === null) return original.call(this, path, options);
        const { encoding, raw } = splitEncoding(options);
        // With no encoding Node gives a Buffer.
        return deliver(original.call(this, path, raw) as Buffer, encoding, use);
      },
  );
  patch(
    fs,
    "readFile",
    (original) =>
      function (this: unknown, path: unknown, ...rest: unknown[]) {
        const use = watched(path);
        const callback = rest.at(-1);
        if (use === null || typeof callback !== "function") return original.call(this, path, ...rest);
        const { encoding, raw } = splitEncoding(rest.length > 1 ? rest[0] : undefined);
        return original.call(this, path, raw, (error: unknown, bytes: Buffer) => {
          if (error !== null && error !== undefined) callback(error);
          else callback(null, deliver(bytes, encoding, use));
        });
      },
  );
  patch(
    fs.promises,
    "readFile",
    (original) =>
      async function (this: unknown, path: unknown, options?: unknown) {
        const use = watched(path);
        if (use === null) return original.call(this, path, options);
        const { encoding, raw } = splitEncoding(options);
        // With no encoding Node gives a Buffer.
        return deliver((await original.call(this, path, raw)) as Buffer, encoding, use);
      },
  );
}

/** A blob of a file is read by Node's native code, when somebody wants its bytes. */
function patchBlobs(): void {
  patch(
    fs,
    "openAsBlob",
    (original) =>
      function (this: unknown, path: unknown, ...rest: unknown[]) {
        const use = watched(path);
        use?.recorder.files.touched(use.path, null);
        return original.call(this, path, ...rest);
      },
  );
}

function patchOpen(): void {
  patch(
    fs,
    "openSync",
    (original) =>
      function (this: unknown, path: unknown, flags?: unknown, mode?: unknown) {
        const use = watched(path);
        // Node's openSync gives a descriptor.
        const descriptor = original.call(this, path, flags, mode) as number;
        opened(descriptor, use, flags);
        return descriptor;
      },
  );
  patch(
    fs,
    "open",
    (original) =>
      function (this: unknown, path: unknown, ...rest: unknown[]) {
        const use = watched(path);
        const callback = rest.at(-1);
        if (typeof callback !== "function") return original.call(this, path, ...rest);
        const flags = rest.length > 1 ? rest[0] : "r";
        return original.call(this, path, ...rest.slice(0, -1), (error: unknown, descriptor: number) => {
          if (error === null || error === undefined) opened(descriptor, use, flags);
          callback(error, descriptor);
        });
      },
  );
  patch(
    fs.promises,
    "open",
    (original) =>
      async function (this: unknown, path: unknown, flags?: unknown, mode?: unknown) {
        const use = watched(path);
        // Node's promises.open gives a FileHandle.
        const handle = (await original.call(this, path, flags, mode)) as fs.promises.FileHandle;
        patchHandles(handle);
        opened(handle.fd, use, flags);
        return handle;
      },
  );
  patch(
    fs,
    "readSync",
    (original) =>
      function (this: unknown, descriptor: unknown, buffer: unknown, ...rest: unknown[]) {
        // Node's readSync gives the count of bytes.
        const count = original.call(this, descriptor, buffer, ...rest) as number;
        quietly(() => openFile(descriptor)?.delivered(...deliveredBy(buffer, rest, count)));
        return count;
      },
  );
  patch(
    fs,
    "read",
    (original) =>
      function (this: unknown, descriptor: unknown, ...rest: unknown[]) {
        const file = openFile(descriptor);
        const callback = rest.at(-1);
        if (file === undefined || typeof callback !== "function") return original.call(this, descriptor, ...rest);
        const given = rest.slice(0, -1);
        return original.call(this, descriptor, ...given, (error: unknown, count: number, buffer: unknown) => {
          if (error === null || error === undefined)
            quietly(() =>
              file.delivered(...deliveredBy(buffer, ArrayBuffer.isView(given[0]) ? given.slice(1) : given, count)),
            );
          callback(error, count, buffer);
        });
      },
  );
  for (const name of ["close", "closeSync"] as const) {
    patch(
      fs,
      name,
      (original) =>
        function (this: unknown, descriptor: unknown, ...rest: unknown[]) {
          noteClose(descriptor);
          return original.call(this, descriptor, ...rest);
        },
    );
  }
}

function opened(descriptor: number, use: { recorder: ActiveCell; path: string } | null, flags: unknown): void {
  // A FileHandle closes itself unseen, so the number may still stand for an older file.
  noteClose(descriptor);
  if (use !== null) quietly(() => noteOpen(descriptor, use.path, flags, use.recorder));
}

/** The bytes that a read put into `buffer`, and from where; `rest` is (offset, length, position) or one options object. */
function deliveredBy(buffer: unknown, rest: readonly unknown[], count: number): [Uint8Array, number | null] {
  const [first] = rest;
  const options =
    typeof first === "object" && first !== null
      ? (first as { offset?: unknown; position?: unknown; buffer?: unknown })
      : { offset: first, position: rest[2] };
  const view = ArrayBuffer.isView(buffer)
    ? buffer
    : ArrayBuffer.isView(options.buffer)
      ? options.buffer
      : new Uint8Array(0);
  const offset = typeof options.offset === "number" ? options.offset : 0;
  const position = typeof options.position === "number" && options.position >= 0 ? options.position : null;
  return [new Uint8Array(view.buffer, view.byteOffset + offset, count), position];
}

let handlesArePatched = false;

/** `FileHandle` is not exported by Node: its prototype is met with the first handle. */
function patchHandles(handle: fs.promises.FileHandle): void {
  if (handlesArePatched) return;
  handlesArePatched = true;
  // The prototype has the same methods as its instance.
  const prototype = Object.getPrototypeOf(handle) as fs.promises.FileHandle;
  patch(
    prototype,
    "read",
    (original) =>
      async function (this: { fd: number }, ...given: unknown[]) {
        const file = openFile(this.fd);
        // Node's read gives the count and the buffer.
        const result = (await original.apply(this, given)) as { bytesRead: number; buffer: unknown };
        if (file !== undefined)
          quietly(() =>
            file.delivered(
              ...deliveredBy(result.buffer, ArrayBuffer.isView(given[0]) ? given.slice(1) : given, result.bytesRead),
            ),
          );
        return result;
      },
  );
  patch(
    prototype,
    "readFile",
    (original) =>
      async function (this: { fd: number }, options?: unknown) {
        const file = openFile(this.fd);
        if (file === undefined) return original.call(this, options);
        const { encoding, raw } = splitEncoding(options);
        // With no encoding Node gives a Buffer.
        const bytes = (await original.call(this, raw)) as Buffer;
        file.delivered(bytes, null);
        return encoding === null ? bytes : bytes.toString(encoding);
      },
  );
}

function patchWrites(): void {
  patch(
    fs,
    "writeFileSync",
    (original) =>
      function (this: unknown, path: unknown, data: unknown, options?: unknown) {
        const result = original.call(this, path, data, options);
        noteWritten(watched(path), data, options);
        return result;
      },
  );
  patch(
    fs,
    "writeFile",
    (original) =>
      function (this: unknown, path: unknown, data: unknown, ...rest: unknown[]) {
        const use = watched(path);
        const callback = rest.at(-1);
        if (use === null || typeof callback !== "function") return original.call(this, path, data, ...rest);
        return original.call(this, path, data, ...rest.slice(0, -1), (error: unknown) => {
          if (error === null || error === undefined) noteWritten(use, data, rest.length > 1 ? rest[0] : undefined);
          callback(error);
        });
      },
  );
  patch(
    fs.promises,
    "writeFile",
    (original) =>
      async function (this: unknown, path: unknown, data: unknown, options?: unknown) {
        const use = watched(path);
        await original.call(this, path, data, options);
        noteWritten(use, data, options);
      },
  );
  patch(fs, "appendFile", appending);
  patch(fs, "appendFileSync", appending);
  patch(fs.promises, "appendFile", appending);
  for (const copies of [true, false]) {
    const moving = movingBy(copies);
    patch(fs, copies ? "copyFile" : "rename", moving);
    patch(fs, copies ? "copyFileSync" : "renameSync", moving);
    patch(fs.promises, copies ? "copyFile" : "rename", moving);
  }
}

function appending(original: Original): Original {
  return function (path, ...rest) {
    const use = watched(path);
    use?.recorder.files.wrote(use.path);
    return original.call(this, path, ...rest);
  };
}

function movingBy(copies: boolean): (original: Original) => Original {
  return (original) =>
    function (from, to, ...rest) {
      const source = copies ? watched(from) : null;
      const target = watched(to);
      source?.recorder.files.touched(source.path, null);
      target?.recorder.files.wrote(target.path);
      return original.call(this, from, to, ...rest);
    };
}

/** Text and bytes written in one go are hashed now; anything else when the cell ends. */
function noteWritten(use: { recorder: ActiveCell; path: string } | null, data: unknown, options: unknown): void {
  if (use === null) return;
  const { encoding } = splitEncoding(options);
  const flag: unknown = typeof options === "object" && options !== null && "flag" in options ? options.flag : undefined;
  const bytes =
    typeof data === "string"
      ? Buffer.from(data, encoding ?? "utf8")
      : ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : null;
  use.recorder.files.wrote(
    use.path,
    bytes !== null && (flag === undefined || flag === "w") ? hashBytes(bytes) : undefined,
  );
}

/** A package that requires its own JSON loads code; a notebook that requires JSON reads data. */
function patchJsonRequire(): void {
  // Not in Node's types, but stable since its first versions; tools patch it widely.
  const { _extensions: extensions } = Module as unknown as {
    _extensions: Record<string, (this: unknown, module: LoadingModule, filename: string) => unknown>;
  };
  const loadJson = extensions[".json"];
  if (loadJson === undefined) return;
  extensions[".json"] = function (this: unknown, module, filename) {
    const ownFile = module.parent?.filename?.includes(`${sep}node_modules${sep}`) === true;
    if (ownFile) quiet += 1;
    try {
      return loadJson.call(this, module, filename);
    } finally {
      if (ownFile) quiet -= 1;
    }
  };
}

interface LoadingModule {
  readonly parent?: { readonly filename?: string | null } | null;
}

/** Tracking may fail; the cell may not. */
function quietly(body: () => void): void {
  try {
    body();
  } catch {
    // The file is then known by its path alone, or not at all.
  }
}
