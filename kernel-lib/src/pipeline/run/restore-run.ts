import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.js";
import { prepareProject } from "../../lineage/project.js";
import { hashOfFile } from "./file-checks.js";
import { readJson, runFiles } from "./run-files.js";
import { type RunInput, readRunInputs } from "./run-inputs.js";
import { UsageError } from "./usage-error.js";

/** What `tagline restore --json` prints. */
export interface Restored {
  readonly run: string;
  /** Absolute. */
  readonly out: string;
  /** Relative to `out`, like all paths here. */
  readonly notebook: string;
  readonly files: readonly RestoredFile[];
  /** What the run hung on and the store does not have. */
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
  /** The file with the run's params; null where it had none. */
  readonly params: string | null;
  /** Shell commands, in their order. */
  readonly commands: readonly string[];
}

interface RestoredFile {
  readonly path: string;
  readonly kind: "notebook" | RunInput["kind"];
  /** The absolute path that the notebook reads, for a file from outside of the project. */
  readonly from?: string;
}

/** Subfolder for files from outside of the project. */
const OUTSIDE = "outside";
const PARAMS = "restored-params.json";

/**
 * Puts a run's notebook and inputs into a folder as they were, which becomes a project of its own. Nothing is written where anything
 * stands in the way, or lies outside of the folder.
 *
 * @throws {UsageError}
 */
export async function restoreRun(
  root: string,
  run: { readonly run: string; readonly notebook: string | null; readonly params: Readonly<Record<string, unknown>> },
  { out, store }: { readonly out: string; readonly store: ArtifactStore },
): Promise<Restored> {
  const files = runFiles(root);
  const kept = join(files.run(run.run), "notebook.ipynb");
  if (run.notebook === null || !existsSync(kept))
    throw new UsageError(
      `Cannot restore run ${run.run}: its notebook is not kept. Only pipeline runs of a notebook (tagline run) keep it`,
    );
  const target = resolve(out);
  const inputs = readRunInputs(files, run.run);
  const notebook = placeIn(target, run.notebook);
  const wanted = (inputs ?? []).filter(({ path, reason }) => reason === undefined && path !== run.notebook);
  const places = wanted.map((input) => ({ input, place: placeIn(target, input.path) }));
  const params = Object.keys(run.params).length > 0 ? PARAMS : null;
  const paramsText = `${JSON.stringify(run.params, null, 2)}\n`;
  const notebookText = readFileSync(kept);

  const inTheWay: string[] = [];
  const needed: typeof places = [];
  for (const place of places)
    if (!existsSync(join(target, place.place))) needed.push(place);
    else if (!(await isFileOf(join(target, place.place), place.input.sha256))) inTheWay.push(place.place);
  for (const [path, bytes] of [
    [notebook, notebookText],
    ...(params === null ? [] : [[params, Buffer.from(paramsText)] as const]),
  ] as const)
    if (existsSync(join(target, path)) && !readsAs(join(target, path), bytes)) inTheWay.push(path);
  if (inTheWay.length > 0)
    throw new UsageError(
      `Cannot restore run ${run.run} into ${out}: ${inTheWay.slice(0, 5).join(", ")}${inTheWay.length > 5 ? `, and ${inTheWay.length - 5} more` : ""} would be overwritten. Give a new folder with --out`,
    );

  // Its own project, wherever it lies: paths begin there, and its runs stay apart.
  prepareProject(target);
  writeConfined(target, notebook, notebookText);
  if (params !== null) writeConfined(target, params, Buffer.from(paramsText));
  const missing = (inputs ?? []).flatMap(({ path, reason }) => (reason === undefined ? [] : [{ path, reason }]));
  const restored: RestoredFile[] = [{ path: notebook, kind: "notebook" }];
  for (const { input, place } of places) {
    if (needed.some((one) => one.place === place)) {
      try {
        confine(target, place);
        await store.getFile(input.sha256 ?? "", join(target, place));
      } catch (error) {
        missing.push({ path: input.path, reason: error instanceof Error ? error.message : String(error) });
        continue;
      }
    }
    restored.push({ path: place, kind: input.kind, ...(isAbsolute(input.path) ? { from: input.path } : {}) });
  }
  if (inputs === null) missing.push({ path: "(inputs)", reason: "the run has no list of them" });
  const lock = restored.find(({ path, kind }) => kind === "package" && !path.endsWith("package.json"));
  return {
    run: run.run,
    out: target,
    notebook,
    files: restored,
    missing,
    params,
    commands: [
      `cd ${shellWord(out)}`,
      ...(lock === undefined ? [] : [installCommand(lock.path)]),
      `npx tagline run ${shellWord(notebook)}${params === null ? "" : ` --params ${params}`}`,
    ],
  };
}

/** Params as the run's document has them, over those that the log says it began with. */
export function paramsOfRun(
  root: string,
  run: string,
  started: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const document = readJson(join(runFiles(root).run(run), "run.json"));
  if (typeof document !== "object" || document === null || !("params" in document)) return { ...started };
  const { params } = document;
  return typeof params === "object" && params !== null ? { ...params } : { ...started };
}

/** Where a file goes, relative to the folder. @throws {UsageError} for a path that leads out of it */
function placeIn(target: string, path: string): string {
  const place = isAbsolute(path) || /^[A-Za-z]:/.test(path) ? join(OUTSIDE, path.replace(/^([A-Za-z]):/, "$1")) : path;
  const inside = relative(target, resolve(target, place));
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside) || inside.split(sep)[0] === ".tagline")
    throw new UsageError(`Cannot restore ${path}: it would lie outside of the folder`);
  return inside.split(sep).join("/");
}

/** Makes the folders of a place. A link among them may lead anywhere. @throws {UsageError} */
function confine(target: string, place: string): void {
  const folder = dirname(join(target, place));
  mkdirSync(folder, { recursive: true });
  const inside = relative(realpathSync(target), realpathSync(folder));
  if (inside.startsWith("..") || isAbsolute(inside))
    throw new UsageError(`Cannot restore ${place}: a link there leads outside of the folder`);
}

function writeConfined(target: string, place: string, bytes: Uint8Array): void {
  confine(target, place);
  if (!existsSync(join(target, place))) writeFileSync(join(target, place), bytes, { flag: "wx" });
}

function readsAs(path: string, bytes: Buffer): boolean {
  return lstatSync(path).isFile() && readFileSync(path).equals(bytes);
}

async function isFileOf(path: string, sha256: string | null): Promise<boolean> {
  return lstatSync(path).isFile() && (await hashOfFile(path)) === sha256;
}

function installCommand(lockFile: string): string {
  const folder = dirname(lockFile);
  const name = lockFile.slice(folder === "." ? 0 : folder.length + 1);
  const command =
    {
      "pnpm-lock.yaml": "pnpm install --frozen-lockfile",
      "yarn.lock": "yarn install --immutable",
      "bun.lock": "bun ci",
    }[name] ?? "npm ci";
  return folder === "." ? command : `(cd ${shellWord(folder)} && ${command})`;
}

function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
