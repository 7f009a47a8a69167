import { createHash } from "node:crypto";
import fs, { readFileSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import type { FileUse } from "../../../kernel-lib/src/lineage/cell-trace.js";
import { toolsFolder } from "../../../kernel-lib/src/lineage/tools-folder.js";
import { installTracking } from "../../../kernel-lib/src/track/install-tracking.js";
import { temporaryFolder, traceOf } from "./support.js";

const folder = temporaryFolder();
const text = "größe,1\n".repeat(40_000);
const data = join(folder, "data.csv");

beforeAll(() => {
  installTracking({ folder });
  writeFileSync(data, text);
});

function use(path: string, mode: "read" | "write", content: string | null): FileUse {
  const bytes = content === null ? null : Buffer.from(content);
  return {
    path,
    mode,
    sha256: bytes === null ? null : createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes?.length ?? null,
  };
}

const reads: readonly { readonly how: string; readonly read: () => unknown }[] = [
  { how: "readFileSync as text", read: () => readFileSync(data, "utf8") },
  { how: "readFileSync by the module object", read: () => fs.readFileSync(data, { encoding: "utf8" }) },
  { how: "readFileSync as latin1, of the bytes in the file", read: () => readFileSync(data, "latin1") },
  { how: "promises.readFile", read: () => readFile(data) },
  { how: "promisify(readFile)", read: () => promisify(fs.readFile)(data, "utf8") },
  { how: "a file URL", read: () => readFile(new URL(`file://${data}`), "utf8") },
  {
    how: "a stream",
    read: async () => {
      for await (const _ of fs.createReadStream(data));
    },
  },
  { how: "a blob", read: async () => (await fs.openAsBlob(data)).text() },
  {
    how: "a handle's readFile",
    read: async () => {
      const handle = await fs.promises.open(data);
      await handle.readFile();
      await handle.close();
    },
  },
  {
    how: "a handle's lines",
    read: async () => {
      const handle = await fs.promises.open(data);
      for await (const _ of handle.readLines());
    },
  },
  {
    how: "a stream of a part: the file as it is",
    read: async () => {
      for await (const _ of fs.createReadStream(data, { start: 5, end: 90 }));
    },
  },
  {
    how: "openSync and readSync of the head",
    read: () => {
      const fd = fs.openSync(data, "r");
      fs.readSync(fd, Buffer.alloc(10));
      fs.closeSync(fd);
    },
  },
  {
    how: "read twice, listed once",
    read: async () => {
      readFileSync(data);
      await readFile(data, "utf8");
    },
  },
];

test.each(reads)("a file read is recorded with the hash of its bytes: $how", async ({ read }) => {
  expect((await traceOf(read)).files).toEqual([use(data, "read", text)]);
});

test("what a patched read gives is what Node gives", async () => {
  await traceOf(async () => {
    expect(readFileSync(data, "utf8")).toBe(text);
    expect(await readFile(data, "base64")).toBe(Buffer.from(text).toString("base64"));
    expect(await promisify(fs.readFile)(data)).toEqual(Buffer.from(text));
    expect(() => readFileSync(join(folder, "none.csv"), "utf8")).toThrow(/ENOENT: no such file or directory, open/);
    await expect(readFile(join(folder, "none.csv"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

const writes: readonly { readonly how: string; readonly write: (path: string) => unknown; readonly content: string }[] =
  [
    { how: "writeFileSync", write: (path) => writeFileSync(path, "ä"), content: "ä" },
    { how: "promises.writeFile of bytes", write: (path) => writeFile(path, Buffer.from("b")), content: "b" },
    {
      how: "writeFile, then appendFile",
      write: async (path) => {
        writeFileSync(path, "a");
        await fs.promises.appendFile(path, "b");
      },
      content: "ab",
    },
    { how: "a stream", write: (path) => pipeline(["x", "y"], fs.createWriteStream(path)), content: "xy" },
    {
      how: "a handle",
      write: async (path) => {
        const handle = await fs.promises.open(path, "w");
        await handle.write("h");
        await handle.close();
      },
      content: "h",
    },
  ];

test.each(writes)("a file written is recorded with its hash: $how", async ({ write, content }) => {
  const path = join(temporaryFolder(), "out.txt");
  expect((await traceOf(() => write(path))).files).toEqual([use(path, "write", content)]);
});

test("a copied file is read, and its copy written", async () => {
  const copy = join(temporaryFolder(), "copy.csv");
  expect((await traceOf(() => fs.copyFileSync(data, copy))).files).toEqual([
    use(data, "read", text),
    use(copy, "write", text),
  ]);
});

test("the hash is of the bytes delivered, also when the file changes afterwards", async () => {
  const path = join(temporaryFolder(), "changing.txt");
  writeFileSync(path, "before");
  const trace = await traceOf(() => {
    readFileSync(path);
    writeFileSync(path, "after");
  });
  expect(trace.files).toEqual([use(path, "read", "before"), use(path, "write", "after")]);
});

test("modules, package.json and Tagline's own files are not data; a package's data is", async () => {
  const packages = join(temporaryFolder(), "node_modules", "some");
  fs.mkdirSync(packages, { recursive: true });
  for (const name of ["index.js", "package.json", "data.json"]) writeFileSync(join(packages, name), "{}");
  const trace = await traceOf(() => {
    for (const name of ["index.js", "package.json", "data.json"]) readFileSync(join(packages, name));
    fs.mkdirSync(join(folder, ".tagline"), { recursive: true });
    writeFileSync(join(folder, ".tagline", "log"), "");
  });
  expect(trace.files).toEqual([use(join(packages, "data.json"), "read", "{}")]);
});

test("what Tagline keeps for its user is not a cell's", async () => {
  const file = join(toolsFolder(), `test-${process.pid}.cache`);
  const { files } = await traceOf(() => {
    fs.mkdirSync(toolsFolder(), { recursive: true });
    fs.writeFileSync(file, "x");
    fs.rmSync(file);
  });
  expect(files).toEqual([]);
});

test("nothing is recorded once the cell ended", async () => {
  await traceOf(() => {});
  readFileSync(data);
  expect((await traceOf(() => {})).files).toEqual([]);
});
