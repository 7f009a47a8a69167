import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openLog } from "../../../lineage/open-log.js";
import { diffRuns } from "../../../lineage/questions/diff-runs.js";
import { openReader } from "../../../lineage/reader.js";
import { type ModelVersion, moveAlias, openRegistry } from "../../../registry/index.js";
import type { RunDocument } from "../run-document.js";
import type { RunFiles } from "../run-files.js";
import { openExchange } from "../tasks/open-exchange.js";
import { pullLineage, pushLineage } from "../tasks/pull-lineage.js";
import { UsageError } from "../usage-error.js";
import { gateVersions } from "./gate-versions.js";
import { diffMarkdown, gateMarkdown } from "./markdown.js";

const HELP = `What a workflow does around a run. RUN is the file that "npm start -- --json" printed.

  node dist/pipeline.js ci pull                       take the log and the models that others left in the store
  node dist/pipeline.js ci push RUN --as NAME         leave them there; this run is NAME's latest
  node dist/pipeline.js ci diff RUN --against NAME    what differs from NAME's latest run, as Markdown
  node dist/pipeline.js ci gate RUN --against ALIAS   compare the metrics of its models with ALIAS's; exit code 1 if worse
                           [--tolerance 0.02]         how much worse is good enough, of the earlier value
  node dist/pipeline.js ci promote RUN --alias ALIAS  point ALIAS to the models that it registered
`;

/** Resolves to the exit code: 0 if all went well, 1 if a gate did not pass. @throws {UsageError} */
export async function ciMain(files: RunFiles, args: readonly string[]): Promise<number> {
  const { root } = files;
  const { verb, document, flags } = readArguments(args);
  const say = (text: string): void => void process.stdout.write(text);
  switch (verb) {
    case "pull": {
      const { segments, versions } = await pullLineage(root, await openExchange(root));
      say(`Took ${segments} segments of the log and ${versions} model versions.\n`);
      return 0;
    }
    case "push": {
      const exchange = await openExchange(root);
      const { segments, versions } = await pushLineage(root, exchange);
      const { run, notebook } = document();
      await exchange.put(refPath(notebook, flags.as), Buffer.from(JSON.stringify({ run, notebook })));
      say(`Left ${segments} segments of the log and ${versions} model versions; ${flags.as} is at run ${run}.\n`);
      return 0;
    }
    case "diff": {
      const { run, notebook } = document();
      const bytes = await (await openExchange(root)).get(refPath(notebook, flags.against));
      const reader = openReader(root);
      // Written by `push`.
      const before = bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as { readonly run: string });
      if (before === null || reader.record(before.run) === undefined)
        say(`There is no run of ${flags.against} to compare with yet.\n`);
      else say(diffMarkdown(diffRuns(reader, before.run, run)));
      return 0;
    }
    case "gate": {
      let passes = true;
      for (const version of versionsOf(root, document())) {
        const before = holderOf(root, version.model, flags.against);
        if (before === null) say(`### Gate: ${version.model} passes: nothing is ${flags.against} yet\n`);
        else {
          const rows = gateVersions(version.metrics, before.metrics, Number(flags.tolerance));
          say(gateMarkdown(version.model, { version: version.id, against: flags.against }, rows));
          passes &&= rows.every(({ isGood }) => isGood);
        }
      }
      return passes ? 0 : 1;
    }
    case "promote": {
      const log = openLog(root);
      try {
        for (const { model, id } of versionsOf(root, document())) {
          const reason = `run ${document().run}`;
          const { isMoved } = await moveAlias(log, model, id, { alias: flags.alias, reason });
          say(`${model}@${flags.alias} ${isMoved ? "is now" : "was already"} ${id.slice(0, 8)}.\n`);
        }
      } finally {
        await log.close();
      }
      return 0;
    }
    default:
      process.stderr.write(HELP);
      return 2;
  }
}

function readArguments(args: readonly string[]): {
  readonly verb: string | undefined;
  readonly document: () => RunDocument;
  readonly flags: { readonly as: string; readonly against: string; readonly alias: string; readonly tolerance: string };
} {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const [verb, path] = parsed.positionals;
  const {
    as = "main",
    against = verb === "gate" ? "production" : "main",
    alias = "production",
    tolerance = "0",
  } = parsed.values;
  if (!(Number(tolerance) >= 0))
    throw new UsageError(`Cannot take ${tolerance} as a tolerance: it is a share such as 0.02.`);
  return { verb, document: () => readRun(path), flags: { as, against, alias, tolerance } };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { as: text, against: text, alias: text, tolerance: text },
  });
}

function readRun(path: string | undefined): RunDocument {
  if (path === undefined) throw new UsageError('Name the file that "npm start -- --json" printed.');
  try {
    // Printed by this very project.
    return JSON.parse(readFileSync(path, "utf8")) as RunDocument;
  } catch (cause) {
    throw new UsageError(`Cannot read the run ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    });
  }
}

/** What a run registered, the last of each model. */
function versionsOf(root: string, document: RunDocument): ModelVersion[] {
  const registry = openRegistry(root);
  const last = new Map(document.steps.flatMap((step) => step.models ?? []).map(({ name, version }) => [name, version]));
  return [...last].map(([name, version]) => registry.find(name, version));
}

function holderOf(root: string, model: string, alias: string): ModelVersion | null {
  const registry = openRegistry(root);
  const state = registry.aliases(model).find((one) => one.alias === alias);
  return registry.versions(model).find(({ id }) => id === state?.version) ?? null;
}

function refPath(notebook: string, name: string): string {
  return `refs/${encodeURIComponent(notebook)}/${encodeURIComponent(name)}.json`;
}
