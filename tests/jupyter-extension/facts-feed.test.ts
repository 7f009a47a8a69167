import { expect, test } from "vitest";
import { RequestError } from "../../jupyter-extension/src/client/request-error.js";
import { FactsFeed } from "../../jupyter-extension/src/model/facts-feed.js";
import type { CellFacts } from "../../kernel-lib/src/notebook/cell-facts.js";
import type { Notebook } from "../../kernel-lib/src/notebook/notebook.js";
import type { FactsReply, FactsRequest } from "../../kernel-lib/src/service/api.js";

const notebook = (...sources: string[]): Notebook => ({
  path: "nb.ipynb",
  settings: {},
  language: null,
  cells: sources.map((source, index) => ({
    id: `c${index}`,
    index,
    kind: "code",
    source,
    tags: [],
    options: {},
    executionCount: null,
  })),
});

/** One declaration `x`, with a type at `check` speed. */
const facts = (source: string, type: string | null) =>
  ({
    sourceHash: source,
    declarations: [{ name: "x", kind: "const", type, shape: type === null ? "unknown" : "primitive" }],
  }) as unknown as CellFacts; // the parts that the shelf looks at

/** A service that answers when the test says so, and a clock that the test moves. */
function setup() {
  const asked: { request: FactsRequest; answer: () => Promise<void>; fail: (error: Error) => Promise<void> }[] = [];
  const timers: { callback: () => void; ms: number }[] = [];
  const told = { news: 0, refused: [] as string[] };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const feed = new FactsFeed({
    ask: (request) =>
      new Promise((resolve, reject) => {
        const reply: FactsReply = {
          facts: Object.fromEntries(
            request.cells
              .filter(({ id }) => request.known?.[id] === undefined)
              .map(({ id, source }) => [id, facts(source, request.speed === "bind" ? null : `type of ${source}`)]),
          ),
          keys:
            request.speed === "bind"
              ? {}
              : Object.fromEntries(request.cells.map(({ id, source }) => [id, `key of ${source}`])),
        };
        asked.push({
          request,
          answer: () => {
            resolve(reply);
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
    onNews: () => told.news++,
    onRefused: (message) => told.refused.push(message),
    setTimer: (callback, ms) => timers.push({ callback, ms }),
    clearTimer: (timer) => {
      if (timer > 0) timers.splice(timer - 1, 1, { callback: () => {}, ms: -1 });
    },
  });
  return {
    feed,
    told,
    asked,
    /** Milliseconds of the last timer; fires it. */
    fire: async () => {
      const timer = timers[timers.length - 1];
      timer?.callback();
      await settled();
      return timer?.ms;
    },
    types: (now: Notebook) =>
      [...feed.shelf.facts(now.cells)].map(([id, one]) => [id, one.sourceHash, one.declarations[0]?.type]),
    /** What was asked last. */
    last: () => asked[asked.length - 1],
  };
}

test("FactsFeed asks for the names of what is new, then for types of all", async () => {
  const { feed, asked, told, fire, types, last } = setup();
  const first = notebook("a", "b");
  feed.update(first);
  expect(await fire()).toBe(0);
  expect(last()?.request).toMatchObject({ speed: "bind", cells: [{ id: "c0" }, { id: "c1" }] });
  await last()?.answer();
  expect(types(first)).toEqual([
    ["c0", "a", null],
    ["c1", "b", null],
  ]);
  expect(last()?.request).toMatchObject({ speed: "check", known: {} });
  await last()?.answer();
  expect(types(first)).toEqual([
    ["c0", "a", "type of a"],
    ["c1", "b", "type of b"],
  ]);
  expect([asked.length, told.news]).toEqual([2, 2]);
});

test("FactsFeed waits for a pause in typing, and sends only the changed cell", async () => {
  const { feed, fire, types, last } = setup();
  feed.update(notebook("a", "b"));
  await fire();
  await last()?.answer();
  await last()?.answer();
  const edited = notebook("a", "b2");
  feed.update(edited);
  // Between the edit and its facts nothing is known of the cell.
  expect(types(edited)).toEqual([["c0", "a", "type of a"]]);
  expect(await fire()).toBe(150);
  expect(last()?.request.cells.map(({ id }) => id)).toEqual(["c1"]);
  await last()?.answer();
  // The declaration keeps the type that it had, so that labels do not flicker.
  expect(types(edited)).toEqual([
    ["c0", "a", "type of a"],
    ["c1", "b2", "type of b"],
  ]);
  expect(last()?.request).toMatchObject({ speed: "check", known: { c0: "key of a" } });
  await last()?.answer();
  expect(types(edited)).toEqual([
    ["c0", "a", "type of a"],
    ["c1", "b2", "type of b2"],
  ]);
});

test("FactsFeed asks one question at a time, and the newest text after it", async () => {
  const { feed, asked, fire, last } = setup();
  feed.update(notebook("a"));
  await fire();
  feed.update(notebook("b"));
  feed.update(notebook("c"));
  expect(asked).toHaveLength(1);
  await last()?.answer();
  // Types of a text that was typed over are of no use.
  expect(asked).toHaveLength(1);
  expect(await fire()).toBe(150);
  expect(last()?.request).toMatchObject({ speed: "bind", cells: [{ source: "c" }] });
});

test("FactsFeed tries again, each time later, while the service is away", async () => {
  const { feed, told, fire, last } = setup();
  const away = new RequestError("unreachable", "Cannot reach the service.");
  feed.update(notebook("a"));
  await fire();
  await last()?.fail(away);
  expect(await fire()).toBe(500);
  await last()?.fail(away);
  expect(await fire()).toBe(1000);
  await last()?.answer();
  expect(told).toEqual({ news: 1, refused: [] });
});

test("FactsFeed tells what the service refuses, and waits for the next edit", async () => {
  const { feed, told, asked, fire, last } = setup();
  feed.update(notebook("a"));
  await fire();
  await last()?.fail(new RequestError("outside-root", "Cannot reach ../a: it lies outside."));
  expect(told.refused).toEqual(["Cannot reach ../a: it lies outside."]);
  expect(asked).toHaveLength(1);
});

test("FactsShelf knows a text again after an undo, and tags other than parameters are no new text", async () => {
  const { feed, fire, last } = setup();
  const first = notebook("a");
  feed.update(first);
  await fire();
  await last()?.answer();
  await last()?.answer();
  const tagged = (tags: string[]) => first.cells.map((cell) => ({ ...cell, tags }));
  expect(feed.shelf.missing(tagged(["step:load"]))).toEqual([]);
  expect(feed.shelf.missing(tagged(["parameters"])).map(({ id }) => id)).toEqual(["c0"]);
});
