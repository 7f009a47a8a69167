import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newestFirst } from "../../../lineage/log-index/newest-first.js";
import {
  EVENT_SCHEMA,
  facet,
  type OpenLineageEvent,
  type OpenLineageJob,
} from "../../../lineage/open-formats/openlineage-events.js";
import { sendOpenLineage } from "../../../lineage/open-formats/send-openlineage.js";
import { toOpenLineage } from "../../../lineage/open-formats/to-openlineage.js";
import { ownVersion } from "../../../lineage/own-version.js";
import { projectFiles } from "../../../lineage/project.js";
import { openReader } from "../../../lineage/reader.js";
import { type Exchange, segmentPath } from "./exchange.js";
import type { EngineTask } from "./task-documents.js";

/** What a task has to tell of in OpenLineage. */
export interface TaskNews {
  readonly engine: EngineTask;
  /** `begin` and `finish` tell of whole runs, a step's name of that step. */
  readonly of: { readonly kind: "begin" | "finish" } | { readonly kind: "step"; readonly step: string };
  readonly runs: readonly string[];
  /** Writers of the segments that it takes to tell it. */
  readonly segments: readonly string[];
  readonly status: "succeeded" | "failed";
  readonly startedMs: number;
}

/** A server of OpenLineage events, from the variables that its own clients read; null if none is set. */
export function openLineageServer(env: NodeJS.ProcessEnv): { readonly url: string; readonly apiKey?: string } | null {
  const url = env["OPENLINEAGE_URL"];
  if (url === undefined || url === "" || env["OPENLINEAGE_DISABLED"] === "true") return null;
  const endpoint = env["OPENLINEAGE_ENDPOINT"];
  const apiKey = env["OPENLINEAGE_API_KEY"];
  return {
    url: endpoint === undefined || endpoint === "" ? url : new URL(endpoint, url).href,
    ...(apiKey === undefined || apiKey === "" ? {} : { apiKey }),
  };
}

/** Sends what a task did, below the engine's own run and task. */
export async function sendTaskLineage(
  root: string,
  news: TaskNews,
  about: {
    readonly exchange: Exchange;
    readonly now: () => number;
    readonly server: { readonly url: string; readonly apiKey?: string };
  },
): Promise<void> {
  const events = await taskLineage(root, news, about);
  const { url, apiKey } = about.server;
  await sendOpenLineage(events, url, { attempts: 3, ...(apiKey === undefined ? {} : { apiKey }) });
}

/** The events of a task, oldest first: its own start, what Tagline did in it, its end. */
export async function taskLineage(
  root: string,
  news: TaskNews,
  { exchange, now }: { readonly exchange: Exchange; readonly now: () => number },
): Promise<OpenLineageEvent[]> {
  const { engine, of } = news;
  // The log as far as this task reaches: a worker's own one knows neither what ran elsewhere nor an end of what ran here.
  const folder = mkdtempSync(join(tmpdir(), "tagline-lineage-"));
  try {
    const { lineage } = projectFiles(folder);
    mkdirSync(lineage, { recursive: true });
    for (const writer of news.segments) {
      const bytes = await exchange.get(segmentPath(writer));
      if (bytes !== null) writeFileSync(join(lineage, `${writer}.jsonl`), bytes);
    }
    const reader = openReader(folder);
    const records = news.runs.flatMap((run) => reader.record(run) ?? []).sort(newestFirst);
    const all = toOpenLineage({ root, isLive: () => true }, records, { namespace: engine.namespace });
    const own = all.filter((event) => {
      if (of.kind === "step") return event.job.name.endsWith(`.${of.step}`) && isStep(event);
      return !isStep(event) && (of.kind === "begin") === (event.eventType === "START");
    });
    return [...startOf(news, now()), ...own.map((event) => below(event, engine)), ...endOf(news, now())];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isStep(event: OpenLineageEvent): boolean {
  return event.run.facets["parent"] !== undefined;
}

/** A step's parent is the engine's task, a run's the engine's run; the root of both is the engine's run. */
function below(event: OpenLineageEvent, engine: EngineTask): OpenLineageEvent {
  const root = { run: { runId: engine.workflowRun }, job: workflowJob(engine) };
  const parent = isStep(event) ? { run: { runId: engine.taskRun }, job: taskJob(engine) } : root;
  const facets = { ...event.run.facets, parent: facet(event.producer, "ParentRunFacet", { ...parent, root }) };
  return { ...event, run: { ...event.run, facets } };
}

function startOf({ engine, of, startedMs }: TaskNews, nowMs: number): OpenLineageEvent[] {
  const task = engineEvent("START", Math.min(startedMs, nowMs), taskJob(engine), engine.taskRun, engine);
  if (of.kind !== "begin") return [task];
  return [engineEvent("START", Math.min(startedMs, nowMs), workflowJob(engine), engine.workflowRun, null), task];
}

function endOf({ engine, of, status }: TaskNews, nowMs: number): OpenLineageEvent[] {
  const type = status === "succeeded" ? "COMPLETE" : "FAIL";
  const task = engineEvent(type, nowMs, taskJob(engine), engine.taskRun, engine);
  if (of.kind !== "finish") return [task];
  return [task, engineEvent(type, nowMs, workflowJob(engine), engine.workflowRun, null)];
}

function engineEvent(
  eventType: OpenLineageEvent["eventType"],
  atMs: number,
  job: OpenLineageJob,
  runId: string,
  below: EngineTask | null,
): OpenLineageEvent {
  const producer = `https://www.npmjs.com/package/tagline/v/${ownVersion()}`;
  const workflow = below === null ? null : { run: { runId: below.workflowRun }, job: workflowJob(below) };
  return {
    eventType,
    eventTime: new Date(atMs).toISOString(),
    producer,
    schemaURL: EVENT_SCHEMA,
    run: {
      runId,
      facets: workflow === null ? {} : { parent: facet(producer, "ParentRunFacet", { ...workflow, root: workflow }) },
    },
    job: {
      ...job,
      facets: {
        jobType: facet(producer, "JobTypeJobFacet", {
          processingType: "BATCH",
          integration: "AIRFLOW",
          jobType: below === null ? "DAG" : "TASK",
        }),
      },
    },
    inputs: [],
    outputs: [],
  };
}

function workflowJob({ namespace, workflow }: EngineTask): OpenLineageJob {
  return { namespace, name: workflow };
}

function taskJob({ namespace, task }: EngineTask): OpenLineageJob {
  return { namespace, name: task };
}
