import { performance } from "node:perf_hooks";
import * as aq from "arquero";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type DisplayMessage, setDisplaySink } from "../../../kernel-lib/src/display/index.js";
import { printMessage } from "../../../kernel-lib/src/display/print-message.js";
import { progress } from "../../../kernel-lib/src/display/progress.js";
import { type BarState, barHtml, barLine } from "../../../kernel-lib/src/display/progress-view.js";

let sent: DisplayMessage[] = [];
/** The clock stands still unless a test moves it. */
let now = 0;

beforeEach(() => {
  sent = [];
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  setDisplaySink({ show: (message) => sent.push(message), clear: () => {} });
});

afterEach(() => {
  vi.restoreAllMocks();
});

function lines(): unknown[] {
  return sent.map(({ data }) => data["text/plain"]);
}

test("a loop sees the same items, and one output shows how far it is", () => {
  const seen: string[] = [];
  for (const item of progress(["a", "b", "c", "d"], { label: "files" })) {
    seen.push(item);
    now += 500;
  }
  expect(seen).toEqual(["a", "b", "c", "d"]);
  expect(lines()).toEqual([
    "files   0% ──────────────────── 0/4",
    "files  25% █████─────────────── 1/4, 2.0/s, 1.5 s left",
    "files  50% ██████████────────── 2/4, 2.0/s, 1.0 s left",
    "files  75% ███████████████───── 3/4, 2.0/s, 500 ms left",
    "files ✓ 4 in 2.0 s, 2.0/s",
  ]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  expect(sent.map(({ update }) => update)).toEqual([false, true, true, true, true]);
  expect(sent.at(-1)).toEqual({
    data: { "text/html": expect.stringContaining("✓ 4 in 2.0 s"), "text/plain": "files ✓ 4 in 2.0 s, 2.0/s" },
    metadata: {},
    id: expect.any(String),
    update: true,
    progress: { line: "files ✓ 4 in 2.0 s, 2.0/s", fraction: 1, ended: true, forLog: true },
  });
});

test("many quick items are shown about ten times in a second, and the clock is seldom looked at", () => {
  let looks = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    looks += 1;
    return now;
  });
  for (const _ of progress(1_000_000)) now += 0.001;
  expect(sent.length).toBeGreaterThan(8);
  expect(sent.length).toBeLessThan(14);
  expect(looks).toBeLessThan(100);
  expect(lines().at(-1)).toBe("✓ 1,000,000 in 1.0 s, 1.0M/s");
});

test("items that become slow are seen in time", () => {
  let count = 0;
  for (const _ of progress(2_000)) {
    count += 1;
    now += count < 1_000 ? 0.01 : 50;
  }
  // A thousand at 50 ms are 50 s: some 500 of them are a tenth of a second after the one before.
  expect(sent.length).toBeGreaterThan(450);
});

test("leaving a loop ends the bar and cleans up the items; so does a failure among them", () => {
  const cleaned: string[] = [];
  function* items(fail: boolean): Generator<number> {
    try {
      yield 1;
      yield 2;
      if (fail) throw new Error("broken");
      yield 3;
    } finally {
      cleaned.push("clean");
    }
  }
  for (const item of progress(items(false), { label: "left", total: 3 })) if (item === 2) break;
  expect(() => {
    for (const item of progress(items(false), { label: "thrown" })) if (item === 2) throw new Error("mine");
  }).toThrow("mine");
  expect(() => {
    for (const _ of progress(items(true), { label: "broken", total: 3 }));
  }).toThrow("broken");
  expect(cleaned).toEqual(["clean", "clean", "clean"]);
  expect(lines().filter((_, index) => index % 2 === 1)).toEqual([
    "left  33% ███████───────────── stopped at 1/3 after 0 ms",
    "thrown stopped at 1 after 0 ms",
    "broken  66% █████████████─────── ✗ failed at 2/3 after 0 ms",
  ]);
});

test("asynchronous items are watched likewise", async () => {
  async function* items(): AsyncGenerator<number> {
    for (let i = 0; i < 3; i += 1) {
      now += 1000;
      yield i;
    }
  }
  const seen: number[] = [];
  for await (const item of progress(items(), { total: 3 })) seen.push(item);
  for await (const item of progress(items(), { label: "left" })) if (item === 1) break;
  expect(seen).toEqual([0, 1, 2]);
  expect(lines().filter((line) => String(line).match(/✓|stopped/))).toEqual([
    "✓ 3 in 3.0 s, 1.0/s",
    "left stopped at 1 after 2.0 s",
  ]);
});

test("a bar within another one's loop has one output, however often it begins", () => {
  for (const _ of progress(50, { label: "outer" })) for (const _ of progress(10, { label: "inner" })) now += 1;
  const ids = [...new Set(sent.map(({ id }) => id))];
  expect(ids).toHaveLength(2);
  const ofInner = sent.filter(({ id }) => id === ids[1]).map(({ data }) => data["text/plain"]);
  // 500 ms in all.
  expect(ofInner.length).toBeLessThan(9);
  expect(ofInner.at(-1)).toBe("inner ✓ 10 in 10 ms, 1,000/s");
  expect(lines().at(-1)).toBe("outer ✓ 50 in 500 ms, 100/s");
  // A log is not told of each of them.
  expect(sent.filter(({ progress }) => progress?.forLog)).toHaveLength(1);
});

test("bars of different cells, and bars one after the other, have outputs of their own", () => {
  let cell = {};
  setDisplaySink({ show: (message) => sent.push(message), clear: () => {}, cell: () => cell });
  for (const _ of progress(1, { label: "x" }));
  for (const _ of progress(1, { label: "x" }));
  // Begun and never ended.
  progress(5, { label: "x" })[Symbol.iterator]().next();
  cell = {};
  for (const _ of progress(1, { label: "x" }));
  expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
  expect(sent.filter(({ update }) => !update)).toHaveLength(4);
});

test("a log gets a line in ten seconds", () => {
  for (const _ of progress(100, { label: "slow" })) now += 1_000;
  const logged = sent.filter(({ progress }) => progress?.forLog).map(({ progress }) => progress?.line);
  expect(logged.slice(0, 2)).toEqual([
    "slow  10% ██────────────────── 10/100, 1.0/s, 1 min 30 s left",
    "slow  20% ████──────────────── 20/100, 1.0/s, 1 min 20 s left",
  ]);
  expect(logged).toHaveLength(10);
});

test.each([
  ["a list", [1, 2], 2],
  ["a typed array", new Float32Array(2), 2],
  ["a Map", new Map([[1, 1]]), 1],
  ["a Set", new Set([1]), 1],
  ["a table", aq.table({ a: [1, 2] }), 2],
  ["text", "a👩", 2],
  ["an iterator", [1][Symbol.iterator](), 1],
])("%s can be gone through", (_, items, count) => {
  expect([...progress(items as Iterable<unknown>)]).toHaveLength(count);
});

test("what cannot be gone through is refused, and a bar that cannot be shown stops nothing", () => {
  for (const value of [null, undefined, {}, true])
    expect(() => progress(value as unknown as Iterable<unknown>)).toThrow(/^Cannot show the progress of/);
  setDisplaySink({
    show() {
      throw new Error("gone");
    },
    clear: () => {},
  });
  expect([...progress(3)]).toEqual([0, 1, 2]);
});

const state: BarState = { label: "a <b>", done: 1, total: 3, elapsedMs: 1500, how: "running" };

test.each<[Partial<BarState>, string]>([
  [{}, "a <b>  33% ███████───────────── 1/3, 0.7/s, 3.0 s left"],
  [{ done: 0 }, "a <b>   0% ──────────────────── 0/3"],
  [{ done: 5 }, "a <b> 5, 3.3/s, 1.5 s"],
  [{ total: null, done: 12_345 }, "a <b> 12,345, 8,230/s, 1.5 s"],
  [{ total: 0, done: 0, how: "done" }, "a <b> ✓ 0 in 1.5 s"],
  [{ done: 1, total: 100, elapsedMs: 5e5 }, "a <b>   1% ──────────────────── 1/100, 8 min 20 s each, 13 h 45 min left"],
  [{ label: "", done: 999, total: 1000, elapsedMs: 1 }, " 99% ████████████████████ 999/1,000, 999k/s, 0 ms left"],
])("a bar as a line of text: %o", (change, line) => {
  expect(barLine({ ...state, ...change })).toBe(line);
});

test("a bar as HTML says the same", () => {
  expect(barHtml(state)).toBe(
    '<div class="tagline-progress" style="display:flex;flex-wrap:wrap;align-items:center;gap:2px 10px;font-variant-numeric:tabular-nums"><span>a &lt;b&gt;</span> ' +
      '<span role="progressbar" aria-label="a &lt;b&gt;" style="display:inline-block;width:200px;height:8px;border-radius:4px;overflow:hidden;background:#8884"><span style="width:33.3%;height:8px;display:block;background:#1976d2"></span></span> ' +
      '<span style="opacity:.8">33% · 1/3 · 0.7/s · 3.0 s left</span></div>',
  );
});

test("outside of a notebook a bar is a line that changes on a terminal, and some lines in a file", () => {
  const written: Record<"terminal" | "file", string> = { terminal: "", file: "" };
  setDisplaySink({
    show(message) {
      printMessage(message, { write: (text) => (written.terminal += text), isTTY: true, columns: 12 });
      printMessage(message, { write: (text) => (written.file += text) });
    },
    clear: () => {},
  });
  for (const _ of progress(2, { label: "abc" })) now += 6_000;
  expect(written).toEqual({
    terminal: "\rabc   0% ──\u001b[K\rabc  50% ██\u001b[K\rabc ✓ 2 in \u001b[K\n",
    file: "abc ✓ 2 in 12.0 s, 10.0 s each\n".replace("10.0 s", "6.0 s"),
  });
});
