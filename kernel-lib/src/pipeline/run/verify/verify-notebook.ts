import { loadBundle, openStore } from "../../../artifacts/index.js";
import type { ArtifactUse, StepFinished } from "../../../lineage/events.js";
import { keyOf } from "../../../lineage/log-index/index-key.js";
import { openReader } from "../../../lineage/reader.js";
import type { RunRecord } from "../../../lineage/run-record.js";
import type { RunOptions } from "../run-program.js";
import { runProgram } from "../run-program.js";
import type { RunnableProgram } from "../runnable-program.js";
import { canonicalJson } from "../static-key.js";
import { firstDifference, firstDifferenceByHash } from "./first-difference.js";
import { StepResultOf, stepsOf } from "./last-run-values.js";
import { hashedValues, SessionValues } from "./session-values.js";
import type {
  Comparison,
  FirstDifference,
  UnrepeatableFinding,
  ValueVerdict,
  VerifyDocument,
} from "./verify-document.js";

export type VerifyOptions = Pick<RunOptions, "params" | "onProgress" | "signal" | "concurrency" | "clock">;

/**
 * Runs a notebook's pipeline clean, nothing from the cache, and compares each artifact's hash and each metric with the notebook's last
 * session and with its last run of the same params. Where there is neither, the pipeline runs twice, and the two are compared.
 *
 * @throws {UsageError} if a param is wrong; nothing has run then
 */
export async function verifyNotebook(target: RunnableProgram, options: VerifyOptions = {}): Promise<VerifyDocument> {
  const { program, files } = target;
  const clean = { ...options, force: ["all"] };
  const reader = openReader(files.root);
  const before = reader.records(keyOf("notebook", program.plan.notebook));
  const session = before.find(
    ({ started, cells }) =>
      started?.runKind === "session" && started.notebook === program.plan.notebook && cells.length > 0,
  );
  const values = session === undefined ? null : new SessionValues(session, hashedValues(reader, session), program);
  let document = await runProgram(target, clean);
  reader.refresh();
  let record = reader.record(document.run);
  let last = lastRunLike(before, record);
  const isComparable = last !== undefined || (values !== null && vouchesForAny(values, record));
  const ranTwice = !isComparable && document.status === "succeeded";
  if (ranTwice) {
    last = record;
    document = await runProgram(target, clean);
    reader.refresh();
    record = reader.record(document.run);
  }
  const compared = await compareAll(target, { record, last, session: values, params: document.params, before });
  const unrepeatable = findUnrepeatable(target, record, compared);
  const first = firstOf(compared);
  const isSame = ({ session: a, lastRun: b }: ValueVerdict): boolean => a.verdict === "same" || b.verdict === "same";
  return {
    notebook: program.plan.notebook,
    verdict:
      first !== null
        ? "differs"
        : document.status === "succeeded" && compared.length > 0 && compared.every(isSame)
          ? "same"
          : "unknown",
    run: document.run,
    status: document.status,
    params: document.params,
    session: session?.run ?? null,
    lastRun: last?.run ?? null,
    ranTwice,
    values: compared,
    first,
    unrepeatable,
    diagnostics: document.diagnostics,
  };
}

/** The newest run that went well with the same params. */
function lastRunLike(records: readonly RunRecord[], clean: RunRecord | undefined): RunRecord | undefined {
  return records.find(
    ({ started, finished }) =>
      started?.runKind === "pipeline" &&
      started.notebook === clean?.started?.notebook &&
      finished?.status === "succeeded" &&
      canonicalJson(started.params) === canonicalJson(clean.started.params),
  );
}

function vouchesForAny(session: SessionValues, clean: RunRecord | undefined): boolean {
  return (clean?.steps ?? []).some(
    ({ step, outputs, cells }) =>
      outputs.some(({ name }) => session.value(step, name).kind === "known") ||
      cells.some(({ metrics }) => metrics.some(({ name }) => session.metric(step, name).kind === "known")),
  );
}

interface Compared {
  readonly record: RunRecord | undefined;
  readonly last: RunRecord | undefined;
  readonly session: SessionValues | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly before: readonly RunRecord[];
}

async function compareAll(
  target: RunnableProgram,
  { record, last, session, params }: Compared,
): Promise<ValueVerdict[]> {
  const { plan, cells } = target.program;
  const now = record === undefined ? new Map<string, StepFinished>() : stepsOf(record);
  const then = last === undefined ? new Map<string, StepFinished>() : stepsOf(last);
  const otherParams = session?.otherParams(params) ?? [];
  const load = loader(target);
  const found: ValueVerdict[] = [];
  for (const { name: step, cells: own, gives } of plan.steps) {
    const done = now.get(step);
    if (done === undefined || done.status !== "done") continue;
    const earlier = then.get(step);
    const before = earlier === undefined ? null : new StepResultOf(earlier);
    const because = earlier === undefined ? [] : new StepResultOf(earlier).changes(done, target.program);
    const placeOf = (key: string, changes: (id: string) => boolean): Pick<ValueVerdict, "cellId" | "line"> => {
      const cellId = own.findLast(changes) ?? own.at(-1) ?? null;
      return { cellId, line: cellId === null ? null : (cells[cellId]?.lines?.[key] ?? null) };
    };
    const compareWithSession = async (known: Known<SessionAnswer>, same: boolean, tell: () => Promise<string>) =>
      compareKnown(otherParams.length > 0 ? unknown(`the session had ${otherParams.join(", ")}`) : known, same, tell);

    for (const output of done.outputs.filter(({ name }) => gives.includes(name))) {
      const vouched = session?.value(step, output.name) ?? unknown("the notebook has no session in the log");
      const was = before?.output(output.name);
      found.push({
        kind: "artifact",
        step,
        name: output.name,
        ...placeOf(output.name, (id) => {
          const cell = cells[id];
          return cell !== undefined && (cell.writes.includes(output.name) || cell.mutates.includes(output.name));
        }),
        value: output.summary,
        session: await compareWithSession(
          vouched,
          vouched.kind === "known" && vouched.value.hash === output.hash,
          async () => {
            if (vouched.kind !== "known") return "";
            const { summary = "another value", rows, parts } = vouched.value;
            const hashed = {
              summary,
              ...(rows === undefined ? {} : { rows }),
              ...(parts === undefined ? {} : { parts }),
            };
            const value = await load(output);
            return value === null
              ? `${summary} before, ${output.summary} now`
              : firstDifferenceByHash(hashed, value[0]);
          },
        ),
        lastRun: await compareKnown(
          was === undefined ? unknown(noneBefore(last, "it")) : { kind: "known", because },
          was?.hash === output.hash,
          async () => {
            const pair = was === undefined ? null : [await load(was), await load(output)];
            const [a, b] = pair ?? [null, null];
            return a == null || b == null
              ? `${was?.summary ?? ""} before, ${output.summary} now`
              : firstDifference(a[0], b[0]);
          },
        ),
      });
    }
    for (const [name, value] of Object.entries(metricsOf(done))) {
      const vouched = session?.metric(step, name) ?? unknown("the notebook has no session in the log");
      const was = before?.metric(name);
      const tell = (old: number | undefined) => async () => `${old} before, ${value} now`;
      found.push({
        kind: "metric",
        step,
        name,
        ...placeOf(`metric:${name}`, (id) => cells[id]?.lines?.[`metric:${name}`] !== undefined),
        value: String(value),
        session: await compareWithSession(
          vouched,
          vouched.kind === "known" && Object.is(vouched.value, value),
          tell(vouched.kind === "known" ? vouched.value : undefined),
        ),
        lastRun: await compareKnown(
          was === undefined ? unknown(noneBefore(last, "it")) : { kind: "known", because },
          Object.is(was, value),
          tell(was),
        ),
      });
    }
  }
  return found;
}

type SessionAnswer = { readonly because: readonly string[] };
type Known<T> = ({ readonly kind: "known" } & T) | { readonly kind: "unknown"; readonly why: string };

function unknown(why: string): { readonly kind: "unknown"; readonly why: string } {
  return { kind: "unknown", why };
}

function noneBefore(last: RunRecord | undefined, what: string): string {
  return last === undefined ? "there is no earlier run with these params" : `the last run has not made ${what}`;
}

async function compareKnown(
  known: Known<SessionAnswer>,
  same: boolean,
  tell: () => Promise<string>,
): Promise<Comparison> {
  if (known.kind === "unknown") return { verdict: "unknown", why: known.why };
  if (same) return { verdict: "same" };
  return { verdict: "differs", difference: await tell(), because: known.because };
}

function metricsOf(step: StepFinished): Readonly<Record<string, number>> {
  return Object.fromEntries(step.cells.flatMap(({ metrics }) => metrics.map(({ name, value }) => [name, value])));
}

/** Loads an artifact, in a list; null if its bytes are gone, or only a step can read them. */
function loader({ files }: RunnableProgram): (use: ArtifactUse) => Promise<readonly [unknown] | null> {
  const store = openStore(files.root);
  return async ({ name, object }) => {
    if (object === undefined) return null;
    try {
      const loaded = await loadBundle(store, [{ name, object }]);
      return [loaded[name]];
    } catch {
      return null;
    }
  };
}

/** The first in the plan's order, an artifact before a metric; of the two comparisons the one with the session. */
function firstOf(values: readonly ValueVerdict[]): FirstDifference | null {
  for (const value of values) {
    for (const against of ["session", "lastRun"] as const) {
      const { verdict, difference = "", because = [] } = value[against];
      if (verdict !== "differs") continue;
      const { kind, step, name, cellId, line } = value;
      return { against, kind, step, name, cellId, line, difference, because };
    }
  }
  return null;
}

function findUnrepeatable(
  { program }: RunnableProgram,
  record: RunRecord | undefined,
  values: readonly ValueVerdict[],
): UnrepeatableFinding[] {
  const differing = values.filter(
    ({ session, lastRun }) => session.verdict === "differs" || lastRun.verdict === "differs",
  );
  return (record?.steps ?? []).flatMap(({ step, cells }) => {
    const after = downstream(step, program.plan.edges);
    const reaches = differing.filter((value) => after.has(value.step)).map(({ name }) => name);
    return cells.flatMap(({ unrepeatable = [] }) =>
      unrepeatable.map(({ call, cellId, line }) => ({ step, call, cellId, line, reaches })),
    );
  });
}

/** The step and all that come after it. */
function downstream(step: string, edges: RunnableProgram["program"]["plan"]["edges"]): ReadonlySet<string> {
  const found = new Set([step]);
  for (const name of found)
    for (const edge of edges) if (edge.from === name && edge.names.length > 0) found.add(edge.to);
  return found;
}
