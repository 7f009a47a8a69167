import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { listFiles } from "./hash-inputs.js";

/**
 * The bundles: one for commands, one for steps, which are processes of their own and share nothing. `entries` are the modules that are
 * loaded from outside, main modules of processes and what a notebook's code imports: the twin of `dist/pipeline/run/index.js` is
 * `dist/bundle/step/pipeline-run-index.js`. What `first` needs goes into one file.
 */
const BUNDLES = {
  command: { entries: ["cli/main", "cli/quick-run"], first: ["cli/quick-run"] },
  step: {
    entries: [
      "pipeline/run/bundled-step-host",
      "analyze/import-module",
      "index",
      "notebook/index",
      "pipeline/run/index",
      "pipeline/compile/index",
      "service/api",
      "display/tslab",
    ],
    first: ["pipeline/run/bundled-step-host", "analyze/import-module", "pipeline/run/index"],
  },
};

/**
 * Puts the compiled modules that commands and steps need into few files, since a short command spent half of its time on loading two
 * hundred. Nothing depends on it: without the bundler (an installation without development packages) all runs from `dist` as it is.
 *
 * @param {import("./places.js").Places} places
 */
export async function bundleLibrary(places) {
  const dist = join(places.kernelLib, "dist");
  const target = join(dist, "bundle");
  /** @type {Set<string>} */
  const written = new Set();
  try {
    const rolldown = await loadBundler(places);
    for (const [name, { entries, first }] of Object.entries(BUNDLES)) {
      if (rolldown === null) break;
      const folder = join(target, name);
      const files = entries.map((entry) => join(dist, `${entry}.js`));
      if (!files.every((file) => existsSync(file))) continue;
      const core = reachable(first.map((entry) => join(dist, `${entry}.js`)));
      const bundle = await rolldown({
        input: Object.fromEntries(entries.map((entry, index) => [entry.replaceAll("/", "-"), files[index] ?? ""])),
        platform: "node",
        external: (id) => !id.startsWith(".") && !id.startsWith(dist),
        plugins: [ownUrls(dist, folder)],
        logLevel: "silent",
      });
      const { output } = await bundle.generate({
        format: "esm",
        entryFileNames: "[name].js",
        chunkFileNames: "part-[name].js",
        codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
        // White space and comments alone: errors are still told by their functions' names.
        minify: { compress: false, mangle: false, codegen: true },
        // A process that was started before goes on to find what it loads late.
        minifyInternalExports: false,
      });
      await bundle.close();
      for (const file of output) {
        const path = join(folder, file.fileName);
        written.add(path);
        if (file.type === "chunk") replaceFile(path, file.code);
      }
    }
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error);
    process.stderr.write(`Tagline: goes on without its bundle: ${why}\n`);
    written.clear();
  }
  for (const file of listFiles(target)) if (!written.has(file)) rmSync(file);
}

/**
 * Others may be loading it: they find the old text or the new one, and nothing is touched that stays as it is.
 *
 * @param {string} path
 * @param {string} text
 */
function replaceFile(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.tmp`;
  writeFileSync(partial, text);
  renameSync(partial, path);
}

/** @param {import("./places.js").Places} places */
async function loadBundler(places) {
  const main = join(places.nodeModules, "rolldown", "dist", "index.mjs");
  if (!existsSync(main)) return null;
  /** @type {typeof import("rolldown")} */
  const { rolldown } = await import(pathToFileURL(main).href);
  return rolldown;
}

/**
 * Files that modules need as soon as they are loaded, themselves too.
 *
 * @param {readonly string[]} files
 */
function reachable(files) {
  /** @type {Set<string>} */
  const found = new Set();
  const queue = [...files];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    // As the TypeScript compiler writes them.
    for (const [, from, bare] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export)\s[^;]*?\sfrom "(\.[^"]+)"|^import "(\.[^"]+)"/gm,
    )) {
      queue.push(join(dirname(file), from ?? bare ?? ""));
    }
  }
  return found;
}

/**
 * `import.meta.url` stays what it is in `dist`, where the things lie that modules look for beside them.
 *
 * @param {string} dist
 * @param {string} folder of the bundle
 * @returns {import("rolldown").Plugin}
 */
function ownUrls(dist, folder) {
  return {
    name: "own-urls",
    transform(code, id) {
      if (!id.startsWith(dist) || !code.includes("import.meta.url")) return null;
      const path = relative(folder, id).replaceAll(sep, "/");
      let text = code;
      for (const start of placesOfUrl(this.parse(code)).sort((a, b) => b - a)) {
        const end = start + "import.meta.url".length;
        text = `${text.slice(0, start)}new URL(${JSON.stringify(path)}, import.meta.url).href${text.slice(end)}`;
      }
      return text;
    },
  };
}

/**
 * Where a module says `import.meta.url`, which a text that it writes may say as well.
 *
 * @param {unknown} node of the syntax tree
 * @returns {number[]}
 */
function placesOfUrl(node) {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(placesOfUrl);
  const is = /** @type {{ type?: unknown, object?: { type?: unknown }, start?: unknown }} */ (node);
  if (is.type === "MemberExpression" && is.object?.type === "MetaProperty" && typeof is.start === "number")
    return [is.start];
  return Object.values(node).flatMap(placesOfUrl);
}
