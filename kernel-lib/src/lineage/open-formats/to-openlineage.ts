import { basename, isAbsolute, join } from "node:path";
import type { CellTrace, FileUse, MetricPoint } from "../cell-trace.js";
import type { ArtifactUse, ScheduleFired, StepFinished } from "../events.js";
import type { LogReader } from "../reader.js";
import type { RunRecord } from "../run-record.js";
import { summarizeRun, tracesOf } from "../runs.js";
import { namedUuid, uuidOf } from "./event-uuid.js";
import {
  EVENT_SCHEMA,
  type Facet,
  facet,
  type OpenLineageDataset,
  type OpenLineageEvent,
  type OpenLineageJob,
} from "./openlineage-events.js";

export interface OpenLineageOptions {
  /** The namespace of jobs, and of values that only live in the project. Default: the name of the project's folder. */
  readonly namespace?: string;
  /** Moments for which a schedule fired, by run. */
  readonly fired?: ReadonlyMap<string, ScheduleFired>;
}

/**
 * Runs as OpenLineage events, oldest first: a pipeline is a job with one job a step below it, a session is one job. Files are
 * datasets of the namespace `file`; values that went from step to step, and model versions, are datasets of the project's own.
 *
 * @param records newest first
 */
export function toOpenLineage(
  reader: Pick<LogReader, "root" | "isLive">,
  records: readonly RunRecord[],
  options: OpenLineageOptions = {},
): OpenLineageEvent[] {
  const namespace = options.namespace ?? (basename(reader.root) || "default");
  return [...records].reverse().flatMap((record) => new RunEvents(reader, record, namespace, options).all());
}

class RunEvents {
  readonly #reader: Pick<LogReader, "root" | "isLive">;
  readonly #record: RunRecord;
  readonly #namespace: string;
  readonly #producer: string;
  readonly #job: OpenLineageJob;
  readonly #fired: ScheduleFired | undefined;

  constructor(
    reader: Pick<LogReader, "root" | "isLive">,
    record: RunRecord,
    namespace: string,
    { fired }: OpenLineageOptions,
  ) {
    this.#reader = reader;
    this.#record = record;
    this.#namespace = namespace;
    this.#producer = `https://www.npmjs.com/package/tagline/v/${record.started?.environment.tagline ?? "0.0.0"}`;
    const notebook = record.started?.notebook ?? "no-notebook";
    const isPipeline = record.started?.runKind === "pipeline" || record.steps.length > 0;
    this.#job = { namespace, name: isPipeline ? notebook : `${notebook}#session` };
    this.#fired = fired?.get(record.run);
  }

  all(): OpenLineageEvent[] {
    const summary = summarizeRun(this.#record, () => this.#reader.isLive(this.#record));
    const runId = uuidOf(this.#record.run);
    const events = [this.#event("START", summary.startedAt, this.#job, { runId, facets: this.#run([]) })];
    for (const step of this.#record.steps) events.push(...this.#step(step));
    if (summary.status === "running") return events;
    const traces = this.#record.steps.length > 0 ? [] : tracesOf(this.#record);
    const end = new Date(Date.parse(summary.startedAt) + (summary.durationMs ?? 0)).toISOString();
    const eventType = summary.status === "succeeded" ? "COMPLETE" : summary.status === "failed" ? "FAIL" : "ABORT";
    const failed = [...this.#record.steps].find(({ error }) => error !== null)?.error ?? traces.at(-1)?.error ?? null;
    events.push({
      ...this.#event(eventType, this.#record.finished?.at ?? end, this.#job, {
        runId,
        facets: {
          ...this.#run(tracesOf(this.#record).flatMap(({ metrics }) => metrics)),
          ...(eventType === "FAIL" ? this.#error(failed) : {}),
        },
      }),
      inputs: files(traces, "read").map((file) => this.#file(file, "inputFacets")),
      outputs: [
        ...files(traces, "write").map((file) => this.#file(file, "outputFacets")),
        ...this.#record.models.map(({ event }) => this.#model(event.model, event.version)),
      ],
    });
    return events;
  }

  #step(step: StepFinished): OpenLineageEvent[] {
    const { run } = this.#record;
    // A skipped step did not begin.
    if (step.status === "skipped") return [];
    const job = { namespace: this.#namespace, name: `${this.#job.name}.${step.step}` };
    const runId = namedUuid(`${run}/${step.step}`);
    const facetsWith = (metrics: readonly MetricPoint[]): Readonly<Record<string, Facet>> => ({
      parent: facet(this.#producer, "ParentRunFacet", { run: { runId: uuidOf(run) }, job: this.#job }),
      ...this.#engine(),
      ...this.#tags([
        ["cached", String(step.status === "cached")],
        ["key", step.key],
        ["run", run],
        ...metricTags(metrics),
      ]),
    });
    const inputs = [
      ...files(step.cells, "read").map((file) => this.#file(file, "inputFacets")),
      ...step.inputs.map((use) => this.#artifact(use, step, "inputFacets")),
    ];
    const outputs = [
      ...files(step.cells, "write").map((file) => this.#file(file, "outputFacets")),
      ...step.outputs.map((use) => this.#artifact(use, step, "outputFacets")),
    ];
    const began = new Date(Date.parse(step.at) - step.durationMs).toISOString();
    return [
      { ...this.#event("START", began, job, { runId, facets: facetsWith([]) }), inputs },
      {
        ...this.#event(step.status === "failed" ? "FAIL" : "COMPLETE", step.at, job, {
          runId,
          facets: {
            ...facetsWith(step.cells.flatMap(({ metrics }) => metrics)),
            ...(step.error === null ? {} : this.#error(step.error)),
          },
        }),
        inputs,
        outputs,
      },
    ];
  }

  #event(
    eventType: OpenLineageEvent["eventType"],
    eventTime: string,
    job: OpenLineageJob,
    run: OpenLineageEvent["run"],
  ): OpenLineageEvent {
    const isStep = job !== this.#job;
    const jobType = isStep ? "STEP" : job.name.endsWith("#session") ? "SESSION" : "PIPELINE";
    return {
      eventType,
      eventTime,
      producer: this.#producer,
      schemaURL: EVENT_SCHEMA,
      run,
      job: {
        ...job,
        facets: {
          jobType: facet(this.#producer, "JobTypeJobFacet", {
            processingType: "BATCH",
            integration: "TAGLINE",
            jobType,
          }),
          ownership: facet(this.#producer, "OwnershipJobFacet", {
            owners: [{ name: `user:${this.#record.author}`, type: "AUTHOR" }],
          }),
        },
      },
      inputs: [],
      outputs: [],
    };
  }

  #run(metrics: readonly MetricPoint[]): Readonly<Record<string, Facet>> {
    const { started } = this.#record;
    const params = Object.entries(started?.params ?? {});
    const { gitCommit = null, packages } = started?.environment ?? {};
    const tags = [
      ...(gitCommit === null ? [] : [["git_commit", gitCommit] as const]),
      ...(packages === undefined ? [] : [["packages_sha256", packages.sha256] as const]),
      ...metricTags(metrics),
    ];
    const fired = this.#fired;
    return {
      ...this.#engine(),
      ...(params.length === 0
        ? {}
        : {
            executionParameters: facet(this.#producer, "ExecutionParametersRunFacet", {
              parameters: params.map(([key, value]) => ({
                key,
                name: key,
                value: typeof value === "string" ? value : JSON.stringify(value),
              })),
            }),
          }),
      ...this.#tags(tags),
      ...(fired === undefined
        ? {}
        : { nominalTime: facet(this.#producer, "NominalTimeRunFacet", { nominalStartTime: fired.due }) }),
    };
  }

  #engine(): Readonly<Record<string, Facet>> {
    const environment = this.#record.started?.environment;
    if (environment === undefined) return {};
    return {
      processing_engine: facet(this.#producer, "ProcessingEngineRunFacet", {
        version: environment.node,
        name: "Node.js",
        openlineageAdapterVersion: environment.tagline,
      }),
    };
  }

  #tags(tags: readonly Tag[]): Readonly<Record<string, Facet>> {
    if (tags.length === 0) return {};
    const all = tags.map(([key, value]) => ({ key, value, source: "TAGLINE" }));
    return { tags: facet(this.#producer, "TagsRunFacet", { tags: all }) };
  }

  #error(
    error: { readonly name: string; readonly message: string; readonly stack?: readonly string[] } | null,
  ): Readonly<Record<string, Facet>> {
    if (error === null) return {};
    const stack = error.stack === undefined || error.stack.length === 0 ? {} : { stackTrace: error.stack.join("\n") };
    const message = error.message === "" ? error.name : `${error.name}: ${error.message}`;
    return {
      errorMessage: facet(this.#producer, "ErrorMessageRunFacet", {
        message,
        programmingLanguage: "TypeScript",
        ...stack,
      }),
    };
  }

  #file({ path, sha256, bytes }: FileUse, side: "inputFacets" | "outputFacets"): OpenLineageDataset {
    const name = isAbsolute(path) ? path : join(this.#reader.root, path);
    return {
      namespace: "file",
      name,
      facets: { ...this.#version(sha256), datasetType: this.#type("FILE") },
      ...(bytes === null ? {} : this.#statistics(side, { size: bytes, fileCount: 1 })),
    };
  }

  #artifact(use: ArtifactUse, step: StepFinished, side: "inputFacets" | "outputFacets"): OpenLineageDataset {
    const maker = side === "outputFacets" ? step : this.#makerOf(use, step);
    const table = maker.cells.flatMap(({ tables }) => tables).findLast(({ name }) => name === use.name);
    const fields = table?.columns.map(({ name, type }, index) => ({ name, type, ordinal_position: index + 1 }));
    return {
      namespace: this.#namespace,
      name: `${this.#job.name}.${maker.step}/${use.name}`,
      facets: {
        ...this.#version(use.hash),
        datasetType: this.#type(use.type === "table" ? "TABLE" : "JOB_OUTPUT", use.type),
        ...(fields === undefined ? {} : { schema: facet(this.#producer, "SchemaDatasetFacet", { fields }) }),
      },
      ...this.#statistics(side, { size: use.bytes, ...(table === undefined ? {} : { rowCount: table.rows }) }),
    };
  }

  #model(model: string, version: string): OpenLineageDataset {
    return {
      namespace: this.#namespace,
      name: `models/${model}`,
      facets: { ...this.#version(version), datasetType: this.#type("MODEL") },
    };
  }

  #makerOf(use: ArtifactUse, before: StepFinished): StepFinished {
    const { steps } = this.#record;
    const earlier = steps.slice(0, steps.indexOf(before));
    return (
      earlier.findLast(({ outputs }) => outputs.some(({ name, hash }) => name === use.name && hash === use.hash)) ??
      before
    );
  }

  #version(hash: string | null): Readonly<Record<string, Facet>> {
    if (hash === null) return {};
    return { version: facet(this.#producer, "DatasetVersionDatasetFacet", { datasetVersion: hash }) };
  }

  #type(datasetType: string, subType?: string): Facet {
    return facet(this.#producer, "DatasetTypeDatasetFacet", {
      datasetType,
      ...(subType === undefined ? {} : { subType }),
    });
  }

  #statistics(
    side: "inputFacets" | "outputFacets",
    numbers: Readonly<Record<string, number>>,
  ): Pick<OpenLineageDataset, "inputFacets" | "outputFacets"> {
    return side === "inputFacets"
      ? { inputFacets: { inputStatistics: facet(this.#producer, "InputStatisticsInputDatasetFacet", numbers) } }
      : { outputFacets: { outputStatistics: facet(this.#producer, "OutputStatisticsOutputDatasetFacet", numbers) } };
  }
}

type Tag = readonly [key: string, value: string];

/** The last value of each metric as a tag: the specification has no facet for metrics of a run. */
function metricTags(points: readonly MetricPoint[]): Tag[] {
  const last = new Map(points.map(({ name, value }) => [name, value]));
  return [...last].map(([name, value]) => [`metric.${name}`, String(value)]);
}

/** Each file once, as it was last seen; what the run wrote itself before it read it is no input. */
function files(traces: readonly CellTrace[], mode: FileUse["mode"]): FileUse[] {
  const found = new Map<string, FileUse>();
  const written = new Set<string>();
  for (const { files: uses } of traces) {
    for (const use of uses) {
      if (use.mode === mode && (mode === "write" || !written.has(use.path))) found.set(use.path, use);
      if (use.mode === "write") written.add(use.path);
    }
  }
  return [...found.values()];
}
