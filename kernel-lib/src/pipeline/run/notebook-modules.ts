import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ownTwin } from "../../analyze/own-twin.js";
import type { CompiledNotebook } from "./load-program.js";
import { type ModuleSource, packageVersions, reachableTexts } from "./module-source.js";
import { findPackage, importedPackages } from "./packages.js";
import { pruneFolder, type RunFiles } from "./run-files.js";

const ownCode = new URL("../../", import.meta.url);
const bundledHost = new URL("./bundle/step/pipeline-run-bundled-step-host.js", ownCode);

/** Where Tagline's own modules are bundled, the steps' processes take them from there, and so must the steps' code. */
const bundle = existsSync(bundledHost) ? new URL("./", bundledHost).href : null;

/** Main module of the processes that run a notebook's steps. */
export const notebookHost = bundle === null ? undefined : fileURLToPath(bundledHost);

/** What the modules' imports go through. */
const helper = ownTwin(new URL("./analyze/import-module.js", ownCode).href, bundle);

/** The modules of a compiled notebook, transpiled once for each set of texts. */
export function notebookModules(compiled: CompiledNotebook, notebookPath: string, files: RunFiles): ModuleSource {
  const notebookFolder = dirname(notebookPath);
  let folder: Promise<string> | undefined;
  return {
    ...(notebookHost === undefined ? {} : { host: notebookHost }),
    folder: () => (folder ??= transpileModules(compiled, notebookPath, files)),
    codeHash: (step) => {
      const own = compiled.program.plan.steps.find((one) => one.name === step)?.codeHash ?? "";
      const locals = reachableTexts(
        `steps/${step}.ts`,
        (path) => compiled.texts[path],
        (path) => path.startsWith("local/"),
      );
      return locals.length === 0
        ? own
        : createHash("sha256")
            .update(JSON.stringify([own, locals]))
            .digest("hex");
    },
    packages: (step) =>
      packageVersions(
        reachableTexts(`steps/${step}.ts`, (path) => compiled.texts[path]),
        notebookFolder,
      ),
  };
}

/** The modules lie under `.tagline/`, so their imports are resolved here, as the kernel resolves those of the notebook. */
async function transpileModules(
  { texts, locals }: Pick<CompiledNotebook, "texts" | "locals">,
  notebookPath: string,
  files: RunFiles,
): Promise<string> {
  const notebookFolder = dirname(notebookPath);
  const names = new Set(["tagline", ...Object.values(texts).flatMap(importedPackages)]);
  const installed = [...names].sort().map((name) => findPackage(name, notebookFolder));
  const identity = JSON.stringify([helper, notebookPath, texts, locals, installed]);
  const target = join(files.modules, createHash("sha256").update(identity).digest("hex").slice(0, 32));
  if (existsSync(target)) return target;
  const { resolveModule, transpileStep } = await import("../../analyze/index.js");
  const partial = `${target}.${process.pid}.tmp`;
  for (const [path, text] of Object.entries(texts)) {
    const origin = locals[path];
    const resolve = (specifier: string): string => {
      const sibling = posix.join(posix.dirname(path), specifier);
      if (specifier.startsWith(".") && (sibling in texts || sibling.replace(/\.(m?)js$/, ".$1ts") in texts))
        return specifier;
      try {
        return ownTwin(resolveModule(specifier, origin === undefined ? notebookFolder : dirname(origin)), bundle);
      } catch (error) {
        return throwingModule(error);
      }
    };
    const file = join(partial, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    // CommonJS is run as it stands.
    if (path.endsWith(".cjs")) continue;
    // A model's module is kept as it is: it runs where it is served.
    const options = path.startsWith("models/")
      ? { fileName: path, removeComments: true }
      : { fileName: path, resolve, helper, url: pathToFileURL(origin ?? notebookPath).href };
    const { code, map } = transpileStep(text, options);
    const built = file.replace(/ts$/, "js");
    writeFileSync(built, code);
    writeFileSync(`${built}.map`, map);
  }
  writeFileSync(join(partial, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(partial, "load-package.js"), packageLoader(helper, notebookFolder));
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run of the same notebook was quicker.
    if (!existsSync(target)) throw error;
  }
  pruneFolder(files.modules, MODULES_KEPT);
  return target;
}

/** Sets of modules that are kept: many more than can be at work at the same time. */
const MODULES_KEPT = 100;

/** Values that packages make (tables, tensors) come back as those of the notebook's own copy. */
function packageLoader(helper: string, notebookFolder: string): string {
  return `import { importModule } from ${JSON.stringify(helper)};
export default (specifier) => importModule(specifier, ${JSON.stringify(notebookFolder)});
`;
}

/** A package that is not installed fails the steps that import it, not the run. */
function throwingModule(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `data:text/javascript,${encodeURIComponent(`throw new Error(${JSON.stringify(message)});`)}`;
}
