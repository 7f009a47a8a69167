import { openLog } from "../../lineage/open-log.js";
import { openRegistry } from "../../registry/registry.js";
import { build } from "../build.js";
import { createGuard } from "../guard.js";
import type { Predictor } from "../predictor.js";
import { PredictorThread } from "../predictor-thread.js";
import { RequestLog } from "../request-log.js";
import type { Deployment } from "./deployment.js";
import { listenProblem } from "./find-free-port.js";
import { Gateway } from "./gateway.js";
import { pickedVersion, wantedVersion } from "./resolve-deployment.js";

/** What a deployment tells while it works. */
export type DeploymentNews =
  /** It answers with another version than before (`previous` null: it began to). */
  | {
      readonly kind: "serving";
      readonly version: string;
      readonly number: number;
      readonly previous: string | null;
      readonly alias: string | null;
    }
  /** It stays where it is, though it should move; null: all is well again. */
  | { readonly kind: "problem"; readonly version: string | null; readonly message: string | null };

export interface RunDeploymentOptions {
  readonly onNews: (news: DeploymentNews) => void;
  readonly onText?: (text: string) => void;
  /** How often the alias is looked at, milliseconds. */
  readonly everyMs?: number;
  /** A version that could not be loaded is tried again so much later, milliseconds. */
  readonly retryMs?: number;
}

/** A deployment that answers. */
export interface RunningDeployment {
  /** Another pick of the same name, model, port and token. */
  change(deployment: Deployment): void;
  /** Finishes what is under way, notes it and lets go of everything. */
  close(): Promise<void>;
}

/** Serves a deployment and follows its alias; resolves when it answers. Rejects with a sentence, and nothing left behind. */
export async function runDeployment(
  root: string,
  first: Deployment,
  options: RunDeploymentOptions,
): Promise<RunningDeployment> {
  const { onNews, onText = () => {}, everyMs = 1000, retryMs = 60_000 } = options;
  const registry = openRegistry(root);
  const gateway = new Gateway();
  const requests = new RequestLog(openLog(root), { onText });
  const guard = createGuard(first.tokenSha256);
  let deployment = first;
  let answering: { readonly version: string; readonly predictor: Predictor } | null = null;
  let failed: { readonly version: string; readonly at: number } | null = null;
  let isClosed = false;
  const retiring = new Set<Promise<unknown>>();

  /** Loads a version, and only then lets it answer. */
  const moveTo = async (id: string): Promise<void> => {
    const picked = pickedVersion(registry, deployment, id);
    const { model, number } = picked.version;
    const predictor = new PredictorThread({ root, model, id }, { onText });
    try {
      await predictor.loaded();
    } catch (error) {
      await predictor.close();
      throw error;
    }
    if (isClosed) return predictor.close();
    const app = build({
      ...{ picked, predictor, guard, needsToken: deployment.tokenSha256 !== null },
      onServed: (event) => requests.add({ ...event, deployment: deployment.name }),
      onError: (error) => onText(`${error instanceof Error ? error.stack : String(error)}\n`),
    });
    const before = answering;
    answering = { version: id, predictor };
    // The one before goes on with what it was asked; nobody waits for that.
    const retired = gateway.swap(app).then(() => before?.predictor.close());
    retiring.add(retired);
    void retired.finally(() => retiring.delete(retired));
    onNews({ kind: "serving", version: id, number, previous: before?.version ?? null, alias: deployment.follows });
  };

  const look = async (): Promise<void> => {
    const wanted = wantedVersion(registry, deployment);
    if (wanted === null || wanted === answering?.version) {
      if (failed !== null) onNews({ kind: "problem", version: null, message: null });
      failed = null;
      return;
    }
    if (failed?.version === wanted && Date.now() - failed.at < retryMs) return;
    try {
      await moveTo(wanted);
      failed = null;
    } catch (error) {
      failed = { version: wanted, at: Date.now() };
      onNews({ kind: "problem", version: wanted, message: messageOf(error) });
    }
  };

  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  const lookSoon = (): void => {
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => onText(`${messageOf(error)}\n`))
        .finally(() => {
          if (!isClosed) lookSoon();
        });
    }, everyMs);
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    if (timer !== null) clearTimeout(timer);
    await gateway.close();
    await looking;
    await Promise.all(retiring);
    await answering?.predictor.close();
    await requests.close();
  };

  try {
    await gateway.listen(first.port).catch((cause: unknown) => {
      const problem = listenProblem(cause, "Stop that one, or deploy on another --port");
      throw new Error(`Cannot listen on 127.0.0.1, port ${first.port}: ${problem}.`, { cause });
    });
    const wanted = wantedVersion(registry, first);
    if (wanted === null)
      throw new Error(`Cannot serve ${first.model}: ${first.follows ?? "its version"} stands for no version.`);
    await moveTo(wanted);
  } catch (error) {
    await close();
    throw error;
  }
  lookSoon();
  return {
    change(next) {
      deployment = next;
    },
    close,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
