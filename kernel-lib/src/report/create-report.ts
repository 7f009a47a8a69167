import { readFileSync, statSync } from "node:fs";
import { extname, isAbsolute, relative, resolve } from "node:path";
import { findRun } from "../lineage/find-run.js";
import { openReader } from "../lineage/reader.js";
import { shortPath } from "../pipeline/run/run-files.js";
import { collectReport } from "./collect/collect-report.js";
import type { OutputContext } from "./render/output.js";
import { renderPage } from "./render/page.js";

export interface ReportOptions {
  /** Project root. */
  readonly root: string;
  /** A run's id, the beginning of one, or `latest`. */
  readonly run: string;
  /** Absolute path of a notebook: with `latest`, the latest run of it; for a session, where its prose is. */
  readonly notebook?: string;
}

/** What a report tells of itself; `tagline report --json` prints it with the file that was written. */
export interface ReportSummary {
  readonly run: string;
  readonly kind: "session" | "pipeline";
  readonly notebook: string | null;
  readonly status: string;
  readonly title: string;
  readonly bytes: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** What is not in the report, or may not be as it was. */
  readonly warnings: readonly string[];
}

/** Files beyond this stay out: the report has to go by mail. */
const FILE_AT_MOST_BYTES = 1_500_000;
const IMAGE_TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".svg": "image/svg+xml",
};

/**
 * A run as one self-contained HTML document. Reads the log, the run's folder and the notebook; executes nothing.
 *
 * @throws {Error} "Cannot report …" if there is no such run
 */
export async function createReport(
  options: ReportOptions,
): Promise<{ readonly html: string; readonly summary: ReportSummary }> {
  const reader = openReader(options.root);
  const { run, notebook } = options;
  const only =
    run.replace(/^run:/, "") === "latest" && notebook !== undefined ? shortPath(reader.root, notebook) : null;
  const record = findRun(reader, run, {
    ...{ cannot: "Cannot report", pipelineFirst: true },
    ...(only === null ? {} : { notebook: only }),
  });
  const data = collectReport(reader, record, notebook ?? null);
  const warnings = [...data.warnings];
  const page = await renderPage(
    data,
    fromDisk(reader.root, (message) => warnings.push(message)),
  );
  return {
    html: page,
    summary: {
      run: record.run,
      kind: data.summary.kind,
      notebook: data.summary.notebook,
      status: data.summary.status,
      title: data.title,
      bytes: Buffer.byteLength(page),
      metrics: data.summary.metrics,
      warnings,
    },
  };
}

/** Pictures and chart data that prose and outputs name: from inside of the project alone, never from the network. */
function fromDisk(root: string, warn: (message: string) => void): OutputContext {
  const find = (url: string, folder: string): string => {
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(url)) throw new Error(`it is on the network (${url})`);
    const path = resolve(root, folder, decodeURIComponent(url.split(/[?#]/)[0] ?? ""));
    const inside = relative(root, path);
    if (inside.startsWith("..") || isAbsolute(inside)) throw new Error(`${url} lies outside of the project`);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) throw new Error(`there is no file ${url}`);
    if (found.size > FILE_AT_MOST_BYTES) throw new Error(`${url} is too large`);
    return path;
  };
  return {
    warn,
    readData: (url, folder) => readFileSync(find(url, folder), "utf8"),
    image: (src, folder) => {
      if (src.startsWith("data:")) return src;
      try {
        const path = find(src, folder);
        const type = IMAGE_TYPES[extname(path).toLowerCase()];
        if (type === undefined) throw new Error(`${src} is no image that can be shown`);
        return `data:${type};base64,${readFileSync(path).toString("base64")}`;
      } catch (error) {
        warn(`An image is not in the report: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      }
    },
  };
}
