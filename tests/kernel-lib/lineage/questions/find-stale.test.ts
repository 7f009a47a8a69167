import { expect, test } from "vitest";
import type { CellTrace } from "../../../../kernel-lib/src/lineage/index.js";
import { openLog, openReader } from "../../../../kernel-lib/src/lineage/index.js";
import { type CurrentCell, findStale } from "../../../../kernel-lib/src/lineage/questions/find-stale.js";
import { cellFinished, runStarted, temporaryFolder } from "../support.js";

const RUN = "01SESSION0000000000000000A";

/** `a:code reads>writes`, `~` before a name that is changed in place, `!name` for a metric. */
async function staleIn(notebook: readonly string[], session: readonly string[]): Promise<string[]> {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "Ada", host: "lab" });
  log.append([runStarted(RUN), ...session.map((text, index) => cellFinished(RUN, index + 1, parse(text)))]);
  await log.close();
  const [record] = openReader(root).runs();
  if (record === undefined) throw new Error("the session is not in the log");
  const cells = notebook.map((text): CurrentCell => {
    const { cellId, canonicalHash, writes, mutates } = parse(text);
    return { id: cellId ?? "", canonicalHash, changes: [...writes, ...mutates] };
  });
  return findStale(record, cells).map(
    ({ kind, name, count, reasons }) =>
      `${kind === "metric" ? "!" : ""}${name} [${count}]: ${reasons
        .map((reason) => {
          const { kind: why, name: of = "", from, expected } = reason;
          return why === "order" ? `order ${of} of ${from}, not ${expected}` : `${why} ${of}`.trim();
        })
        .join("; ")}`,
  );
}

function parse(text: string): Pick<CellTrace, "cellId" | "canonicalHash" | "reads" | "writes" | "mutates" | "metrics"> {
  const [, id = "", code = "", reads = "", changes = ""] = /^(\w*):(\w+) ?([^>]*)>?(.*)$/.exec(text) ?? [];
  const names = changes.split(" ").filter(Boolean);
  return {
    cellId: id === "" ? null : id,
    canonicalHash: code,
    reads: reads.split(" ").filter(Boolean),
    writes: names.filter((name) => !/^[~!]/.test(name)),
    mutates: names.flatMap((name) => (name.startsWith("~") ? [name.slice(1)] : [])),
    metrics: names.flatMap((name) => (name.startsWith("!") ? [{ name: name.slice(1), value: 1, at: "" }] : [])),
  };
}

const load = "load:l >rows";
const clean = "clean:c rows>tidy";
const score = "score:s tidy>!score";

test("a session that ran from top to bottom, even twice, has nothing stale", async () => {
  const notebook = [load, clean, score];
  expect(await staleIn(notebook, notebook)).toEqual([]);
  expect(await staleIn(notebook, [...notebook, ...notebook])).toEqual([]);
});

test("what an edited cell made is stale, and what came of it", async () => {
  expect(await staleIn(["load:l2 >rows", clean, score], [load, clean, score])).toEqual([
    "rows [1]: edited",
    "tidy [2]: upstream rows",
    "!score [3]: upstream tidy",
  ]);
});

test("what a deleted cell made lives on, and is stale", async () => {
  expect(await staleIn([load, score], [load, clean, score])).toEqual([
    "tidy [2]: deleted",
    "!score [3]: upstream tidy",
  ]);
});

test("a value is stale whose source was made again since", async () => {
  expect(await staleIn([load, clean, score], [load, clean, score, load])).toEqual([
    "tidy [2]: order rows of load, not load",
    "!score [3]: upstream tidy",
  ]);
});

test("a cell that read what a cell further down makes ran out of order", async () => {
  expect(await staleIn([clean, load], [load, clean])).toEqual(["tidy [2]: order rows of load, not null"]);
  const twice = ["a:a >x", "b:b x>y", "c:c >x"];
  expect(await staleIn(twice, twice)).toEqual([]);
  expect(await staleIn(twice, [...twice, "b:b x>y"])).toEqual(["y [4]: order x of c, not a"]);
});

test("a cell that ran again on its own result is out of order; one that only ran again is not", async () => {
  const notebook = ["a:a >n", "b:b n>n"];
  expect(await staleIn(notebook, ["a:a >n", "b:b n>n", "b:b n>n"])).toEqual(["n [3]: order n of b, not a"]);
  expect(await staleIn(notebook, ["a:a >n", "b:b n>n", "a:a >n", "b:b n>n"])).toEqual([]);
});

test("changes in place count, though only the log saw them", async () => {
  // `fit` changes `model` by a function of another cell: its code alone does not show that.
  const notebook = ["make:m >model", "fit:f model>", "score:s model>!score"];
  const session = ["make:m >model", "fit:f model>~model", "score:s model>!score"];
  expect(await staleIn(notebook, session)).toEqual([]);
  expect(await staleIn(notebook, [...session, "fit:f model>~model"])).toEqual([
    "model [4]: order model of fit, not make",
    "!score [3]: order model of fit, not fit",
  ]);
});

test("cells without ids are known by their code", async () => {
  const anonymous = [":l >rows", ":c rows>tidy"];
  expect(await staleIn(["load:l >rows", "clean:c rows>tidy"], anonymous)).toEqual([]);
  expect(await staleIn(["load:l >rows", "clean:other rows>tidy"], anonymous)).toEqual(["tidy [2]: deleted"]);
});

test("what a cell's code only might change counts no more once it ran and did not", async () => {
  // `tf.train.adam()` might change `tf`, for all that the code shows.
  const session = ["import:i >tf", "fit:f tf>model", "score:s tf model>!score"];
  expect(await staleIn(["import:i >tf", "fit:f tf>model ~tf", "score:s tf model>!score"], session)).toEqual([]);
});
