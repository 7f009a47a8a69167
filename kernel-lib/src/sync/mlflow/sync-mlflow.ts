import { createHash } from "node:crypto";
import { basename } from "node:path";
import { openReader } from "../../lineage/reader.js";
import type { RunRecord } from "../../lineage/run-record.js";
import { type RunSummary, summarizeRun } from "../../lineage/runs.js";
import { listVersions, type ModelVersion } from "../../registry/index.js";
import { filesOfRun, modelFiles } from "./artifact-files.js";
import { MlflowClient, type MlflowClientOptions } from "./mlflow-client.js";
import type { MlflowMetric, MlflowRun, MlflowTag } from "./mlflow-types.js";
import { type MlflowDraft, RUN_TAG, toMlflow } from "./to-mlflow.js";

export interface SyncOptions extends MlflowClientOptions {
  readonly root: string;
  readonly uri: string;
  /** One experiment for all runs; default: one for each notebook, `PROJECT/NOTEBOOK`. */
  readonly experiment?: string;
  /** Only these runs. */
  readonly runs?: readonly string[];
  /** Kernel sessions too, not pipelines alone. */
  readonly sessions?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SyncResult {
  readonly uri: string;
  /** Runs that are new there; that had something to add; that were there whole; that somebody deleted there, and stay so. */
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Model versions that are new there. */
  readonly versions: number;
  /** What did not go along. */
  readonly warnings: readonly string[];
}

/** What a run's last sync wrote, as a hash: equal means that there is nothing to do. */
const SYNCED_TAG = "tagline.synced";
const VERSION_TAG = "tagline.version.id";

/**
 * Writes runs, params, metrics, tags, artifacts and model versions to an MLflow tracking server. It can be cut off anywhere and
 * called again and again: a run is known there by its id in a tag, a point of a metric by its step, time and value.
 */
export async function syncMlflow(options: SyncOptions): Promise<SyncResult> {
  const { root, uri, runs: only, sessions = false, onProgress = () => {} } = options;
  const client = new MlflowClient(uri, options);
  const reader = openReader(root);
  const wanted = [...reader.runs()]
    .map((record) => ({ record, summary: summarizeRun(record, () => reader.isLive(record)) }))
    .filter(({ summary }) =>
      only === undefined ? sessions || summary.kind === "pipeline" : only.includes(summary.run),
    )
    .reverse();
  const sync = new Sync(client, options);
  await sync.lookAround(wanted.map(({ summary }) => summary));
  for (const [index, { record, summary }] of wanted.entries()) {
    await sync.run(record, summary);
    onProgress(index + 1, wanted.length);
  }
  // Oldest first: numbers there count up as they do here.
  for (const version of listVersions(root)) await sync.version(version);
  return sync.result();
}

class Sync {
  readonly #client: MlflowClient;
  readonly #options: SyncOptions;
  readonly #experiments = new Map<string, string>();
  readonly #known = new Map<string, MlflowRun>();
  readonly #models = new Map<string, Map<string, string>>();
  readonly #warnings = new Set<string>();
  readonly #counts = { created: 0, updated: 0, unchanged: 0, deleted: 0, versions: 0 };

  constructor(client: MlflowClient, options: SyncOptions) {
    this.#client = client;
    this.#options = options;
  }

  result(): SyncResult {
    return { uri: this.#client.uri, ...this.#counts, warnings: [...this.#warnings] };
  }

  /** Learns which of the runs are there already. */
  async lookAround(runs: readonly RunSummary[]): Promise<void> {
    for (const name of new Set(runs.map((run) => this.#experimentOf(run))))
      this.#experiments.set(name, await this.#client.experiment(name));
    const ids = [...new Set(this.#experiments.values())];
    if (ids.length === 0) return;
    for (const run of await this.#client.runsWith(ids, RUN_TAG)) {
      const id = tagOf(run.data?.tags, RUN_TAG);
      // Of one that was deleted and synced again the living one counts.
      if (id !== undefined && (run.info.lifecycle_stage === "active" || !this.#known.has(id))) this.#known.set(id, run);
    }
  }

  async run(record: RunRecord, summary: RunSummary): Promise<void> {
    const draft = toMlflow(record, summary);
    const content = createHash("sha256").update(JSON.stringify(draft)).digest("hex");
    const known = this.#known.get(summary.run);
    if (known?.info.lifecycle_stage === "deleted") {
      this.#counts.deleted += 1;
      return;
    }
    if (known !== undefined && tagOf(known.data?.tags, SYNCED_TAG) === content) {
      this.#counts.unchanged += 1;
      return;
    }
    const run = known ?? (await this.#create(summary, draft));
    await this.#client.log(run.info.run_id, {
      metrics: known === undefined ? draft.metrics : await this.#missing(run, draft.metrics),
      params: newParams(run, draft.params),
      tags: draft.tags,
    });
    if (draft.status !== "RUNNING") {
      await this.#client.updateRun(run.info.run_id, draft.status, draft.endTime);
      await this.#upload(run, summary);
    }
    // Last: a sync that was cut off before is done again.
    await this.#client.log(run.info.run_id, { metrics: [], params: [], tags: [{ key: SYNCED_TAG, value: content }] });
    this.#counts[known === undefined ? "created" : "updated"] += 1;
  }

  async version(version: ModelVersion): Promise<void> {
    const run = this.#known.get(version.run);
    const { model, id, number, aliases } = version;
    if (run === undefined || run.info.lifecycle_stage === "deleted") return;
    const there = await this.#versionsOf(model);
    let label = there.get(id);
    if (label === undefined) {
      const folder = `models/${model}`;
      for (const [path, bytes] of await modelFiles(this.#options.root, version, run.info.run_id))
        await this.#put(run, `${folder}/${path}`, bytes);
      const created = await this.#client.createVersion({
        name: model,
        source: `${run.info.artifact_uri}/${folder}`,
        run_id: run.info.run_id,
        tags: [
          { key: VERSION_TAG, value: id },
          { key: "tagline.number", value: String(number) },
        ],
      });
      label = created.version;
      there.set(id, label);
      this.#counts.versions += 1;
    }
    // MLflow keeps `latest` and `v1` for itself.
    for (const alias of aliases)
      if (!/^(?:latest|v\d+)$/i.test(alias)) await this.#client.setAlias(model, alias, label);
  }

  async #create(summary: RunSummary, { startTime, name, tags }: MlflowDraft): Promise<MlflowRun> {
    const experiment = this.#experiments.get(this.#experimentOf(summary)) ?? "0";
    const run = await this.#client.createRun(experiment, startTime, name, tags);
    this.#known.set(summary.run, run);
    return run;
  }

  /** MLflow keeps a point that comes twice twice. */
  async #missing(run: MlflowRun, metrics: readonly MlflowMetric[]): Promise<MlflowMetric[]> {
    const there = new Set<string>();
    for (const key of new Set(metrics.map((metric) => metric.key)))
      for (const point of await this.#client.history(run.info.run_id, key)) there.add(pointOf({ ...point, key }));
    return metrics.filter((metric) => !there.has(pointOf(metric)));
  }

  async #upload(run: MlflowRun, summary: RunSummary): Promise<void> {
    const { files, warnings } = await filesOfRun(this.#options.root, summary);
    for (const warning of warnings) this.#warnings.add(warning);
    for (const [path, bytes] of files) if (!(await this.#put(run, path, bytes))) return;
  }

  async #put(run: MlflowRun, path: string, bytes: Uint8Array): Promise<boolean> {
    const taken = await this.#client.upload(run.info.artifact_uri, path, bytes);
    if (!taken)
      this.#warnings.add(
        `Artifacts stay here: the server keeps its own at ${run.info.artifact_uri.split(":")[0]}:, which only its clients reach. Start it with --serve-artifacts`,
      );
    return taken;
  }

  async #versionsOf(model: string): Promise<Map<string, string>> {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    await this.#client.createModel(model);
    const versions = await this.#client.versions(model);
    const there = new Map(
      versions.flatMap(({ version, tags }) => {
        const id = tagOf(tags, VERSION_TAG);
        return id === undefined ? [] : [[id, version] as const];
      }),
    );
    this.#models.set(model, there);
    return there;
  }

  #experimentOf({ notebook }: RunSummary): string {
    return this.#options.experiment ?? `${basename(this.#options.root)}/${notebook ?? "no notebook"}`;
  }
}

/** A param keeps its first value there for ever; sending another is an error. */
function newParams(run: MlflowRun, params: readonly MlflowTag[]): MlflowTag[] {
  const there = new Set(run.data?.params?.map(({ key }) => key));
  return params.filter(({ key }) => !there.has(key));
}

function pointOf({ key, step, timestamp, value }: MlflowMetric): string {
  return `${key}|${step}|${timestamp}|${Number(value)}`;
}

function tagOf(tags: readonly MlflowTag[] | undefined, key: string): string | undefined {
  return tags?.find((tag) => tag.key === key)?.value;
}
