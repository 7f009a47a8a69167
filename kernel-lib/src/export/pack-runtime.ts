import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { importedSpecifiers, packageOf } from "../pipeline/run/packages.js";
import type { TaglineManifest } from "./lock-file.js";
import { tarGz } from "./tar.js";

/** What an exported project needs of Tagline begins at these modules of `dist/`. */
const ENTRIES = [
  "index.js",
  "display/tslab.js",
  "pipeline/run/index.js",
  "pipeline/run/run-main.js",
  "pipeline/run/step-host.js",
];

/** Rooms and modules that an exported project never reaches, though something that it needs mentions them. */
const LEFT_OUT =
  /^(?:analyze|cli|export|kernel|lab|service|pipeline\/compile)\/|^registry\/register-from-session\.|^pipeline\/run\/(?:run-pipeline|compile-notebook|load-program|notebook-modules)\./;

/** Loaded on first use to start quickly, not because they are large or another's choice: whoever runs a pipeline may need them. */
const SMALL = new Set(["@jridgewell/trace-mapping", "yaml"]);

export interface PackedRuntime {
  readonly manifest: TaglineManifest;
  readonly bytes: Buffer;
}

/**
 * Packs the part of Tagline that runs an exported pipeline, as npm would pack a package: the same bytes for the same build.
 *
 * @param ownFolder folder of our package.json, with `dist/` built
 * @param needed packages that the notebook imports: of our own dependencies that load on first use only these come along
 */
export function packRuntime(ownFolder: string, needed: ReadonlySet<string>): PackedRuntime {
  const dist = join(ownFolder, "dist");
  if (!existsSync(join(dist, "index.js")))
    throw new Error(`Cannot pack Tagline: ${dist} is not built. Run npm run build`);
  const own: OwnPackage = JSON.parse(readFileSync(join(ownFolder, "package.json"), "utf8"));
  const modules = reachableModules(dist);
  const dependencies: Record<string, string> = {};
  for (const [name, range] of Object.entries(own.dependencies)) {
    const use = [...modules.values()].reduce<"static" | "lazy" | null>(
      (found, text) => (found === "static" ? found : (useOf(name, text) ?? found)),
      null,
    );
    if (use === "static" || (use === "lazy" && (needed.has(name) || SMALL.has(name)))) dependencies[name] = range;
  }
  const manifest: TaglineManifest & Record<string, unknown> = {
    name: "tagline",
    version: own.version,
    description: `${own.description} This is the part that runs an exported pipeline.`,
    license: own.license,
    type: "module",
    engines: own.engines,
    exports: Object.fromEntries(
      [".", "./pipeline", "./tslab", "./package.json"].map((entry) => [entry, own.exports[entry]]),
    ),
    dependencies,
  };
  const files = new Map<string, Uint8Array>([
    ["package/package.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
  ]);
  for (const [path, text] of modules) files.set(`package/dist/${path}`, Buffer.from(text));
  for (const license of [join(ownFolder, "LICENSE"), join(ownFolder, "..", "LICENSE")]) {
    if (existsSync(license)) files.set("package/LICENSE", readFileSync(license));
  }
  return { manifest, bytes: tarGz(files) };
}

interface OwnPackage {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Modules and declarations that the entries reach, by path in `dist/`, without the links to source maps that stay behind. */
function reachableModules(dist: string): Map<string, string> {
  const found = new Map<string, string>();
  const queue = [...ENTRIES];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path) || LEFT_OUT.test(path) || !existsSync(join(dist, path))) continue;
    const text = readFileSync(join(dist, path), "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
    found.set(path, text);
    const declarations = path.endsWith(".d.ts");
    if (!declarations) queue.push(path.replace(/\.js$/, ".d.ts"));
    for (const specifier of moduleSpecifiers(text)) {
      const target = posix.join(posix.dirname(path), specifier);
      queue.push(declarations ? target.replace(/\.js$/, ".d.ts") : target);
    }
  }
  return found;
}

/** Relative imports, and modules named by `new URL("./x.js", import.meta.url)`. */
function moduleSpecifiers(text: string): string[] {
  const urls = [...text.matchAll(/new URL\("(\.[^"]+\.js)", import\.meta\.url\)/g)].map((match) => match[1] ?? "");
  return [...importedSpecifiers(text), ...urls].filter((specifier) => specifier.startsWith("."));
}

/** Whether a module loads a package with itself, or on first use (`import("x")`, or its name in a string); null if not at all. */
function useOf(name: string, text: string): "static" | "lazy" | null {
  const statically = [...text.matchAll(/^(?:import|export)\b[^;"']*["']([^"'\n]+)["']/gm)].some(
    (match) => packageOf(match[1] ?? "") === name,
  );
  if (statically) return "static";
  return text.includes(`"${name}"`) || text.includes(`"${name}/`) ? "lazy" : null;
}
