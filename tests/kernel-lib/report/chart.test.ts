import { expect, test } from "vitest";
import { renderChart } from "../../../kernel-lib/src/report/render/chart.js";

const refuse = (url: string): string => {
  throw new Error(`no network: ${url}`);
};
const bars = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  title: 'Birds & "more"',
  data: { values: [{ species: "Adelie", birds: 151 }] },
  mark: "bar",
  encoding: { x: { field: "species", type: "nominal" }, y: { field: "birds", type: "quantitative" } },
};

test("renderChart() draws Vega-Lite as a picture that takes the page's text colour", async () => {
  const svg = (await renderChart(bars, { kind: "vega-lite", id: "c1", readData: refuse })).toString();
  expect(svg).toMatch(/^<svg class="chart" role="img" aria-label="Birds &#38; &#34;more&#34;"/);
  expect(svg).toContain(">Adelie</text>");
  expect(svg).toContain('fill="currentColor"');
  expect(svg).not.toMatch(/<script|style=|\son\w+=|fill="white"|fill="#000"/);
});

test("renderChart() names the parts of two pictures apart", async () => {
  const clipped = { ...bars, mark: { type: "bar", clip: true } };
  const ids = async (id: string): Promise<string[]> => {
    const svg = (await renderChart(clipped, { kind: "vega-lite", id, readData: refuse })).toString();
    const own = [...svg.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1] ?? "");
    for (const match of svg.matchAll(/url\(#([^)]+)\)/g)) expect(own).toContain(match[1]);
    return own;
  };
  const [first, second] = [await ids("c1"), await ids("c2")];
  expect(first.length).toBeGreaterThan(0);
  expect(first.filter((id) => second.includes(id))).toEqual([]);
});

test("renderChart() asks for data that the chart only names, and draws plain Vega", async () => {
  const asked: string[] = [];
  const named = { ...bars, data: { url: "data/birds.json" } };
  const readData = (url: string): string => {
    asked.push(url);
    return JSON.stringify([{ species: "Gentoo", birds: 124 }]);
  };
  expect((await renderChart(named, { kind: "vega-lite", id: "c", readData })).toString()).toContain(">Gentoo</text>");
  expect(asked).toEqual(["data/birds.json"]);
  const vega = {
    width: 10,
    height: 10,
    marks: [{ type: "rect", encode: { enter: { width: { value: 5 }, height: { value: 5 }, fill: { value: "red" } } } }],
  };
  expect((await renderChart(vega, { kind: "vega", id: "v", readData: refuse })).toString()).toContain('fill="red"');
});
