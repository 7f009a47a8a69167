import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aq from "arquero";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { openStore, saveBundle } from "../../kernel-lib/src/artifacts/index.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { sideVenv } from "../tools/side-venv.js";

let bin = "";
beforeAll(async () => {
  bin = await sideVenv("arrow-venv", "tests/judges/arrow-requirements.txt", { constrained: false });
}, 600_000);

const n = 48;
const columns = {
  f64: Float64Array.from({ length: n }, (_, i) => i / 3),
  i32: Int32Array.from({ length: n }, (_, i) => -i),
  u64: BigUint64Array.from({ length: n }, (_, i) => 2n ** 64n - 1n - BigInt(i)),
  number: Array.from({ length: n }, (_, i) => (i % 5 === 0 ? null : i % 5 === 1 ? Number.NaN : i / 7)),
  text: Array.from({ length: n }, (_, i) => (i % 7 ? `t${i} é😀` : "")),
  word: Array.from({ length: n }, (_, i) => (i % 2 ? "Adelie" : "Gentoo")),
  gap: Array.from({ length: n }, (_, i) => (i % 3 ? "x" : undefined)),
  bool: Array.from({ length: n }, (_, i) => (i % 3 ? i % 2 === 0 : null)),
  date: Array.from({ length: n }, (_, i) => (i % 4 ? new Date(Date.UTC(2026, 0, 1) + i * 3_600_000 + i) : null)),
  big: Array.from({ length: n }, (_, i) => (1n << 62n) - BigInt(i)),
};

test("pyarrow and DuckDB open a stored table as it stands in the store, and see the same values", async () => {
  const root = mkdtempSync(join(tmpdir(), "tagline-arrow-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [saved] = await saveBundle(openStore(root), { table: aq.table(columns) });
  const hash = saved?.object ?? "";
  const file = join(root, ".tagline", "objects", hash.slice(0, 2), hash.slice(2));
  const judge = join(checkout.root, "tests", "judges", "arrow_judge.py");
  const seen = JSON.parse(execFileSync(join(bin, "python"), [judge, file], { encoding: "utf8" }));
  const python = (value: unknown): unknown => {
    if (value === null || value === undefined) return null;
    if (typeof value === "number")
      return Number.isNaN(value) ? "nan" : Number.isInteger(value) ? `${value}.0` : String(value);
    if (typeof value === "bigint") return String(value);
    return value instanceof Date ? value.toISOString().replace("Z", "") : value;
  };
  expect(seen).toEqual({
    rows: n,
    types: {
      f64: "double",
      i32: "int32",
      u64: "uint64",
      number: "double",
      text: "string",
      word: "dictionary<values=string, indices=int32, ordered=0>",
      gap: "dictionary<values=string, indices=int32, ordered=0>",
      bool: "bool",
      date: "timestamp[ms]",
      big: "int64",
    },
    nullable: {
      ...Object.fromEntries(Object.keys(columns).map((name) => [name, true])),
      f64: false,
      i32: false,
      u64: false,
    },
    metadata: false,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        Array.from<unknown>(values).map((value) => (name === "i32" ? String(value) : python(value))),
      ]),
    ),
    duckdb: ["Adelie", "Gentoo"].map((word, odd) => [
      word,
      n / 2,
      expect.closeTo(columns.f64.filter((_, i) => i % 2 === 1 - odd).reduce((a, b) => a + b)),
    ]),
    mean: expect.closeTo(columns.f64.reduce((a, b) => a + b) / n),
  });
});
