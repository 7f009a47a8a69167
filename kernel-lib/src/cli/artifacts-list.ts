import { openStore } from "../artifacts/store.js";
import type { ArtifactUse } from "../lineage/events.js";
import { findRun } from "../lineage/find-run.js";
import { findProjectRoot } from "../lineage/project.js";
import { openReader } from "../lineage/reader.js";
import type { RunRecord } from "../lineage/run-record.js";
import { runFiles } from "../pipeline/run/run-files.js";
import { readRunInputs } from "../pipeline/run/run-inputs.js";
import { table } from "./table.js";

/** One artifact of `tagline artifacts list`. */
export interface ListedArtifact {
  /** sha256 (hex) of the stored bytes: what `artifacts get` takes. */
  readonly object: string;
  /** sha256 (hex) of the value's canonical form, by which runs are compared; null for a file. */
  readonly hash: string | null;
  /** `json`, `table`, `tensor`, `model`, `bytes`, of a custom codec `codec:NAME`; `file` for what a run read; `?` for what nothing names. */
  readonly type: string;
  /** Of the stored object, which may hold several names. */
  readonly bytes: number;
  readonly name: string | null;
  /** The newest run that names it, and its step (or `model NAME`). */
  readonly run: string | null;
  readonly step: string | null;
  readonly summary: string;
  /** False if the store does not have it any more. */
  readonly present: boolean;
}

interface Listed {
  readonly place: string;
  readonly artifacts: readonly ListedArtifact[];
}

/** What the project's store holds, or what one run names, the newest first. */
export async function listArtifacts({ run }: { readonly run?: string }): Promise<Listed> {
  const root = findProjectRoot();
  const store = openStore(root);
  const reader = openReader(root);
  const files = runFiles(root);
  if (run !== undefined) {
    const record = findRun(reader, run, { pipelineFirst: true });
    const named = namedBy(record, readRunInputs(files, record.run) ?? []);
    const artifacts: ListedArtifact[] = [];
    for (const one of named) artifacts.push({ ...one, present: await store.has(one.object) });
    return { place: store.place, artifacts };
  }
  const present = new Map<string, { readonly bytes: number; readonly atMs: number }>();
  for await (const { hash, ...entry } of store.list()) present.set(hash, entry);
  const artifacts: ListedArtifact[] = [];
  const told = new Set<string>();
  for (const record of reader.runs()) {
    for (const one of namedBy(record, readRunInputs(files, record.run) ?? [])) {
      const key = `${one.object} ${one.type === "file" ? "" : one.name}`;
      if (told.has(key) || !present.has(one.object)) continue;
      told.add(key).add(one.object);
      artifacts.push({ ...one, present: true });
    }
  }
  const rest = [...present].filter(([object]) => !told.has(object)).sort(([, a], [, b]) => b.atMs - a.atMs);
  for (const [object, { bytes }] of rest)
    artifacts.push({
      object,
      hash: null,
      type: "?",
      bytes,
      name: null,
      run: null,
      step: null,
      summary: "",
      present: true,
    });
  return { place: store.place, artifacts };
}

type Named = Omit<ListedArtifact, "present">;

function namedBy(
  record: RunRecord,
  inputs: readonly {
    readonly path: string;
    readonly sha256: string | null;
    readonly bytes: number | null;
    readonly reason?: string;
  }[],
): Named[] {
  const of = (use: ArtifactUse, step: string): Named[] =>
    use.object === undefined
      ? []
      : [
          {
            object: use.object,
            hash: use.hash,
            type: use.type,
            bytes: use.bytes,
            name: use.name,
            run: record.run,
            step,
            summary: use.summary,
          },
        ];
  return [
    ...record.steps.flatMap(({ step, outputs }) => outputs.flatMap((use) => of(use, step))),
    ...record.models.flatMap(({ event }) => event.artifacts.flatMap((use) => of(use, `model ${event.model}`))),
    ...inputs.flatMap(({ path, sha256, bytes, reason }): Named[] =>
      sha256 === null || reason !== undefined
        ? []
        : [
            {
              object: sha256,
              hash: null,
              type: "file",
              bytes: bytes ?? 0,
              name: path,
              run: record.run,
              step: null,
              summary: "",
            },
          ],
    ),
  ];
}

export function formatArtifacts({ place, artifacts }: Listed): string {
  if (artifacts.length === 0) return `No artifacts in ${place}. Steps hand them on: tagline run NOTEBOOK\n`;
  const rows = artifacts.map(({ object, type, bytes, name, run, step, summary, present }) => [
    object.slice(0, 12),
    type,
    String(bytes),
    run ?? "",
    step ?? "",
    name ?? "",
    present ? summary : "gone",
  ]);
  return `${table(["artifact", "type", "bytes", "run", "step", "name", "what"], rows).join("\n")}\n`;
}
