import { createHash } from "node:crypto";
import { describeEnvironment } from "../../../lineage/describe-environment.js";
import { checkParams } from "../check-params.js";
import { checkSecrets } from "../check-secrets.js";
import { defaultParams } from "../plan-run.js";
import type { RunnableProgram } from "../runnable-program.js";
import { UsageError } from "../usage-error.js";
import { planWork } from "./plan-work.js";
import type { BeginRequest, BegunRun, BegunRuns } from "./task-documents.js";
import { writeSegment } from "./task-log.js";
import type { TaskTools } from "./task-tools.js";

/**
 * Begins the runs that an engine's run stands for: one, or one for each combination of a grid's values. Everything that is asked for
 * is checked before any of them is in the log.
 *
 * @throws {UsageError} if a param is wrong or a secret is missing
 */
export async function beginRuns(
  target: RunnableProgram,
  request: BeginRequest,
  { exchange, now }: TaskTools,
): Promise<BegunRuns> {
  const { plan } = target.program;
  const points = gridPoints(request.grid ?? {});
  const given = points.map((point) => checkParams(plan.params, { ...request.params, ...point }));
  const problem = checkSecrets(plan.steps, { workFolder: target.workFolder, root: target.files.root }).find(
    ({ severity }) => severity === "error",
  );
  if (problem !== undefined) throw new UsageError(problem.message);
  const sweep = points.length > 1 ? stableUlid(request.startedMs, `${request.key}/sweep`) : null;
  const runs = given.map(
    (params, index): BegunRun => ({ run: stableUlid(request.startedMs, `${request.key}/${index}`), params }),
  );
  const environment = await describeEnvironment(target.workFolder);
  const at = new Date(now()).toISOString();
  const segment = await writeSegment(
    target.files.root,
    runs.map(({ run, params }) => ({
      kind: "run.started",
      run,
      runKind: "pipeline",
      notebook: plan.notebook,
      at,
      params: { ...defaultParams(target), ...params },
      environment,
      ...(sweep === null ? {} : { sweep }),
    })),
    { exchange, after: [], now },
  );
  return { sweep, runs, steps: planWork(plan, runs), segment: segment.writer, hlc: segment.hlc };
}

/** Every combination; the last name varies fastest. One empty point for no names. */
function gridPoints(grid: Readonly<Record<string, readonly unknown[]>>): Readonly<Record<string, unknown>>[] {
  return Object.entries(grid).reduce<Readonly<Record<string, unknown>>[]>(
    (before, [name, values]) => {
      if (!Array.isArray(values) || values.length === 0)
        throw new UsageError(`Cannot vary parameter ${name}: give it a list of one value or more.`);
      return before.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
    },
    [{}],
  );
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID whose second part is a hash instead of chance. */
function stableUlid(ms: number, name: string): string {
  let bits = BigInt(Math.max(0, Math.floor(ms))) << 80n;
  bits |= BigInt(`0x${createHash("sha256").update(name).digest("hex").slice(0, 20)}`);
  let text = "";
  for (let digit = 0; digit < 26; digit += 1, bits >>= 5n) text = CROCKFORD.charAt(Number(bits & 31n)) + text;
  return text;
}
