import { expect, test } from "vitest";
import { edgeLabel } from "../../jupyter-extension/src/graph/edge-label.js";
import { layoutGraph } from "../../jupyter-extension/src/graph/layout.js";
import type { LayoutEdge } from "../../jupyter-extension/src/graph/layout-types.js";

const nodes = (...ids: string[]) => ids.map((id) => ({ id }));
const edge = (from: string, to: string, label = ""): LayoutEdge => ({ from, to, label });
const options = { nodeWidth: 100, nodeHeight: 40, gapX: 20, gapY: 30, labelHeight: 14, labelCharWidth: 6 };
const places = (layout: ReturnType<typeof layoutGraph>) => Object.fromEntries(layout.nodes);

test("layoutGraph() puts a chain in one column, top down", () => {
  const layout = layoutGraph(nodes("a", "b", "c"), [edge("a", "b"), edge("b", "c")], options);
  expect(places(layout)).toEqual({ a: { x: 0, y: 0 }, b: { x: 0, y: 70 }, c: { x: 0, y: 140 } });
  expect({ width: layout.width, height: layout.height }).toEqual({ width: 100, height: 180 });
  expect(layout.edges.map(({ path }) => path)).toEqual(["M50 40 V70", "M50 110 V140"]);
});

test("layoutGraph() puts a step under the last of those that it needs", () => {
  const layout = layoutGraph(nodes("a", "b", "c"), [edge("a", "b"), edge("b", "c"), edge("a", "c")], options);
  expect(places(layout)).toMatchObject({ a: { y: 0 }, b: { y: 70 }, c: { y: 140 } });
});

test("layoutGraph() leads a long edge past the nodes in between", () => {
  const layout = layoutGraph(nodes("a", "b", "c"), [edge("a", "b"), edge("b", "c"), edge("a", "c", "test")], options);
  const long = layout.edges[2];
  const b = layout.nodes.get("b") ?? { x: Number.NaN, y: Number.NaN };
  const straight = /C[^V]* (\d+) 70 V110/.exec(long?.path ?? "");
  const x = Number(straight?.[1]);
  expect(x < b.x || x > b.x + options.nodeWidth).toBe(true);
});

test("layoutGraph() keeps neighbours apart and centres a parent over its children", () => {
  const layout = layoutGraph(nodes("a", "l", "r"), [edge("a", "l"), edge("a", "r")], options);
  const { a, l, r } = places(layout);
  expect(r?.x).toBe((l?.x ?? 0) + 120);
  expect(a?.x).toBe(((l?.x ?? 0) + (r?.x ?? 0)) / 2);
});

test("layoutGraph() uncrosses edges", () => {
  const layout = layoutGraph(nodes("a", "b", "x", "y"), [edge("a", "y"), edge("b", "x")], options);
  const { a, b, x, y } = places(layout);
  expect(Math.sign((a?.x ?? 0) - (b?.x ?? 0))).toBe(Math.sign((y?.x ?? 0) - (x?.x ?? 0)));
});

test("layoutGraph() puts the labels of a fork on its outer sides", () => {
  const layout = layoutGraph(nodes("a", "l", "r"), [edge("a", "l", "left"), edge("a", "r", "right")], options);
  expect(layout.edges.map(({ labelAnchor, labelX, labelY }) => ({ labelAnchor, labelX, labelY }))).toEqual([
    { labelAnchor: "end", labelX: 50 - 6, labelY: 55 },
    { labelAnchor: "start", labelX: 170 + 6, labelY: 55 },
  ]);
});

test("layoutGraph() gives labels that would overlap rows of their own, and makes room", () => {
  const long = "a label much longer than the space between two nodes";
  const layout = layoutGraph(nodes("a", "b", "x", "y"), [edge("a", "x", long), edge("b", "y", long)], options);
  expect(layout.edges.map(({ labelY }) => labelY)).toEqual([55, 69]);
  expect(layout.nodes.get("x")?.y).toBe(40 + 30 + 14);
});

test("layoutGraph() keeps room for a long edge's label beside its line", () => {
  const layout = layoutGraph(nodes("a", "b", "c"), [edge("a", "b"), edge("b", "c"), edge("a", "c", "test")], options);
  const label = layout.edges[2];
  const b = layout.nodes.get("b") ?? { x: Number.NaN, y: Number.NaN };
  const [start, end] = [label?.labelX ?? 0, (label?.labelX ?? 0) + 4 * options.labelCharWidth];
  expect(label?.labelY).toBe(b.y + 20);
  expect(end < b.x || start > b.x + options.nodeWidth).toBe(true);
});

test("layoutGraph() draws what it can of a graph with a circle", () => {
  const layout = layoutGraph(nodes("a", "b", "c"), [edge("a", "b"), edge("b", "a"), edge("b", "c")], options);
  expect([...layout.nodes.keys()]).toEqual(["a", "b", "c"]);
  for (const { x, y } of layout.nodes.values()) expect([Number.isFinite(x), Number.isFinite(y)]).toEqual([true, true]);
});

test("layoutGraph() of nothing is empty", () => {
  expect(layoutGraph([], [])).toEqual({ width: 0, height: 0, nodes: new Map(), edges: [] });
});

test("layoutGraph() lays out 60 steps in a blink, the same each time", () => {
  const ids = Array.from({ length: 60 }, (_, i) => `s${i}`);
  const edges = ids.flatMap((id, i) =>
    [i + 1, i + 3, i * 2].filter((j) => j > i && j < 60).map((j) => edge(id, `s${j}`, `v${j}`)),
  );
  const started = performance.now();
  const once = layoutGraph(nodes(...ids), edges);
  expect(performance.now() - started).toBeLessThan(500);
  expect(layoutGraph(nodes(...ids), edges)).toEqual(once);
  const boxes = [...once.nodes.values()];
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) expect(a.y === b.y && Math.abs(a.x - b.x) < 168).toBe(false);
  }
});

test("edgeLabel() tells a type where there is room, and how many names travel where there is not", () => {
  const edge = (...names: string[]) => ({ from: "a", to: "b", names });
  const b = {
    name: "b",
    cells: [],
    needs: [{ name: "raw", from: "a", type: "Table<Penguin>" }],
    gives: [],
    params: [],
    metrics: [],
    codeHash: "",
    options: {},
  };
  const plan = { notebook: "nb.ipynb", steps: [b], edges: [], params: [] };
  expect(edgeLabel(plan, edge("raw"), true)).toBe("raw: Table<Penguin>");
  expect(edgeLabel(plan, edge("raw"), false)).toBe("raw");
  expect(edgeLabel(plan, edge("test", "train"), true)).toBe("test, train");
  expect(edgeLabel(plan, edge("hourDelay", "meanDelay", "medianDelay"), false)).toBe("hourDelay +2");
  expect(edgeLabel(plan, edge(), true)).toBe("");
});

test("layoutGraph() leads an edge that closes a circle back up around the right side, with an arrow", () => {
  const layout = layoutGraph(nodes("a", "b"), [edge("a", "b", "x"), edge("b", "a", "y")], options);
  expect(layout.edges.map(({ from, to, closes }) => ({ from, to, closes }))).toEqual([
    { from: "a", to: "b", closes: false },
    { from: "b", to: "a", closes: true },
  ]);
  expect(layout.edges[1]?.path).toBe("M100 94 C114 94 114 16 100 16 M106 13 L100 16 L106 19");
  expect(layout.width).toBe(114);
});
