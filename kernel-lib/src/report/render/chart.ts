import { Html } from "./html.js";

/** What a chart that brings no look of its own takes: no background, and the page's own text colour, in light and dark. */
const LOOK = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  title: { color: "currentColor", subtitleColor: "currentColor", anchor: "start" },
  axis: {
    labelColor: "currentColor",
    titleColor: "currentColor",
    domainColor: "#88888880",
    tickColor: "#88888880",
    gridColor: "#88888830",
  },
  legend: { labelColor: "currentColor", titleColor: "currentColor" },
  header: { labelColor: "currentColor", titleColor: "currentColor" },
  text: { color: "currentColor" },
};

export interface ChartOptions {
  readonly kind: "vega-lite" | "vega";
  /** Unlike in the whole page: several charts make names for the parts of their pictures. */
  readonly id: string;
  /** The text of a data file that the chart names; throws where it must not be read. */
  readonly readData: (url: string) => string;
}

/**
 * A Vega-Lite or Vega chart as a still picture, drawn now: the page needs neither a script nor the network.
 *
 * @throws {Error} if the specification cannot be drawn
 */
export async function renderChart(spec: object, { kind, id, readData }: ChartOptions): Promise<Html> {
  const vega = await import("vega");
  const own = "config" in spec && typeof spec.config === "object" && spec.config !== null ? spec.config : {};
  const config = vega.mergeConfig({}, LOOK, own);
  const logger = vega.logger(vega.None);
  let full: object = { ...spec, config };
  if (kind === "vega-lite") {
    const { compile } = await import("vega-lite");
    // A specification that a person wrote: what is wrong with it is for Vega-Lite to say.
    full = compile(full as never, { logger }).spec;
  }
  const loader = vega.loader();
  // Vega would draw a chart without its data, and only log why.
  let refused: unknown = null;
  loader.load = async (url: string) => {
    try {
      return readData(url);
    } catch (error) {
      refused = error;
      throw error;
    }
  };
  loader.sanitize = async (url: string) => {
    if (!/^https?:/i.test(url)) throw new Error(`Cannot link to ${url}`);
    return { href: url };
  };
  const view = new vega.View(vega.parse(full as never), { renderer: "none", loader, logger });
  try {
    const svg = await view.toSVG();
    if (refused !== null) throw refused;
    return new Html(tidy(svg, id, titleOf(spec)));
  } finally {
    view.finalize();
  }
}

/** Names of this picture's parts become its own, scripts and styles go, and it says what it is. */
function tidy(svg: string, id: string, title: string): string {
  return svg
    .replace(/\bid="([^"]+)"/g, `id="${id}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${id}-$1)`)
    .replace(/(href=")#/g, `$1#${id}-`)
    .replace(/<script[\s\S]*?<\/script>/gi, "")
    .replace(/\sstyle="([^"]*)"/g, (_, style: string) => toAttributes(style))
    .replace(/^<svg[^>]*?>/, (tag) => {
      const box = /viewBox="([^"]+)"/.exec(tag)?.[1] ?? "0 0 100 100";
      const [, , width = "100", height = "100"] = box.split(/\s+/);
      return `<svg class="chart" role="img" aria-label="${title}" width="${width}" height="${height}" viewBox="${box}" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`;
    });
}

/** The page's policy forbids inline styles; what Vega writes in them may be said by attributes. */
function toAttributes(style: string): string {
  return style
    .split(";")
    .map((rule) => /^\s*([a-z-]+)\s*:\s*(.+?)\s*$/.exec(rule))
    .flatMap((rule) => (rule?.[1] && /^(?:fill|stroke|opacity|font)/.test(rule[1]) ? [` ${rule[1]}="${rule[2]}"`] : []))
    .join("");
}

function titleOf(spec: object): string {
  const described = "description" in spec ? spec.description : undefined;
  const title = "title" in spec ? spec.title : undefined;
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  const words = [text, described].filter((part) => typeof part === "string").join(". ");
  return (words || "Chart").replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
