import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { DeploymentChanged, LineageEvent } from "../../../../kernel-lib/src/lineage/events.js";
import { projectFiles } from "../../../../kernel-lib/src/lineage/project.js";
import { registerVersion } from "../../../../kernel-lib/src/registry/index.js";
import type {
  DeploymentMessage,
  DeploymentOrder,
} from "../../../../kernel-lib/src/serve/deploy/deployment-messages.js";
import type { ProcessEars } from "../../../../kernel-lib/src/serve/deploy/fork-deployment.js";
import {
  type DeploymentEvent,
  DeploymentFold,
  deploy,
  deploymentStates,
  keepDeployments,
  readDeployments,
  removeDeployment,
  restartDeployment,
  stopDeployment,
} from "../../../../kernel-lib/src/serve/deploy/index.js";
import { draftOf, temporaryProject } from "../support.js";

/** A deployment's process under the test's control. */
interface FakeProcess {
  readonly ears: ProcessEars;
  readonly orders: DeploymentOrder[];
  say(message: DeploymentMessage): void;
  die(how?: string): void;
  isAsked: boolean;
}

/** A keeper of a real project whose processes are fakes that end when they are asked to. */
function keep(root: string) {
  const processes: FakeProcess[] = [];
  const events: DeploymentEvent[] = [];
  const logged: DeploymentChanged[] = [];
  const keeper = keepDeployments({
    root,
    everyMs: 5,
    backoffMs: 20,
    onEvent: (event) => events.push(event),
    log: {
      append: (event) => {
        for (const one of [event].flat() as LineageEvent[]) if (one.kind === "deployment.changed") logged.push(one);
        return [];
      },
      commit: async () => {},
      close: async () => {},
    },
    start: (ears) => {
      const own: FakeProcess = {
        ears,
        orders: [],
        isAsked: false,
        say: ears.onMessage,
        die: (how = "SIGKILL") => ears.onGone(how),
      };
      processes.push(own);
      return {
        pid: 1000 + processes.length,
        send: (order) => void own.orders.push(order),
        end: () => {
          own.isAsked = true;
          queueMicrotask(() => own.die("exit code 0"));
        },
        kill: () => own.die(),
      };
    },
  });
  onTestFinished(() => keeper.stop());
  const started = async (count: number): Promise<FakeProcess> => {
    await expect.poll(() => processes.length).toBe(count);
    return processes[count - 1] as FakeProcess; // polled to be there
  };
  return { keeper, processes, events, logged, started };
}

async function project(): Promise<{ readonly root: string; readonly id: string }> {
  const root = temporaryProject();
  const { manifest } = await registerVersion(root, await draftOf(root));
  return { root, id: manifest.id };
}

const serving = (version: string, previous: string | null = null): DeploymentMessage => ({
  kind: "serving",
  version,
  number: 1,
  previous,
  alias: null,
});
const statusOf = (root: string) => {
  const [state] = deploymentStates(root, readDeployments(root), new DeploymentFold());
  return [state?.status, state?.number, state?.error];
};

test("keepDeployments() starts what the catalog names, tells how it stands, and notes it", async () => {
  const { root, id } = await project();
  const { deployment } = await deploy(root, "penguins@1", { port: 0 });
  expect(statusOf(root)).toEqual(["waiting", null, null]);
  const { started, events, logged, keeper } = keep(root);
  const process = await started(1);
  expect(process.orders).toEqual([{ root, deployment }]);
  expect(statusOf(root)).toEqual(["starting", null, null]);
  process.say(serving(id));
  expect(statusOf(root)).toEqual(["serving", 1, null]);
  const url = `http://127.0.0.1:${deployment.port}/penguins`;
  expect(events).toEqual([{ kind: "serving", deployment: "penguins", version: id, number: 1, previous: null, url }]);
  await keeper.stop();
  expect(process.isAsked).toBe(true);
  expect(statusOf(root)).toEqual(["waiting", null, null]);
  const common = { kind: "deployment.changed", deployment: "penguins", model: "penguins", version: id, alias: null };
  const at = expect.stringMatching(/^20/);
  expect(logged).toEqual([
    { ...common, change: "started", previous: null, reason: null, url, at },
    { ...common, change: "stopped", previous: null, reason: "the service stopped", url, at },
  ]);
});

test("keepDeployments() starts a crashed one again, waiting longer each time, and notes the same failure once", async () => {
  const { root, id } = await project();
  await deploy(root, "penguins@1", { port: 0 });
  const { started, events, logged } = keep(root);
  (await started(1)).say(serving(id));
  (await started(1)).die();
  for (const count of [2, 3]) {
    const next = await started(count);
    next.say({ kind: "failed", message: "Cannot listen on 127.0.0.1, port 1" });
    next.die("exit code 1");
  }
  (await started(4)).say(serving(id));
  expect(statusOf(root)).toEqual(["serving", 1, null]);
  expect(events.flatMap((event) => (event.kind === "failed" ? [[event.message, event.retryMs]] : []))).toEqual([
    ["its process ended (SIGKILL)", 20],
    ["Cannot listen on 127.0.0.1, port 1", 40],
    ["Cannot listen on 127.0.0.1, port 1", 80],
  ]);
  expect(logged.map(({ change, reason }) => [change, reason])).toEqual([
    ["started", null],
    ["failed", "its process ended (SIGKILL)"],
    ["failed", "Cannot listen on 127.0.0.1, port 1"],
    ["started", null],
  ]);
});

test("keepDeployments() tells the process of another pick, and starts anew for another port or by hand", async () => {
  const { root, id } = await project();
  const other = (await registerVersion(root, await draftOf(root, { threshold: 1, names: ["a", "b"] }))).manifest.id;
  await deploy(root, "penguins@1", { port: 0 });
  const { started, processes, logged } = keep(root);
  const first = await started(1);
  first.say(serving(id));
  const { deployment } = await deploy(root, "penguins@2");
  await expect.poll(() => first.orders.length).toBe(2);
  expect(first.orders[1]).toEqual({ root, deployment });
  first.say(serving(other, id));
  expect(logged.at(-1)).toMatchObject({ change: "switched", version: other, previous: id });
  first.say({ kind: "problem", version: id, message: "Cannot load penguins version 1" });
  expect(statusOf(root)).toEqual(["serving", 1, "Cannot load penguins version 1"]);
  first.say({ kind: "problem", version: null, message: null });
  expect(statusOf(root)).toEqual(["serving", 1, null]);

  await deploy(root, "penguins@2", { port: 0 });
  await started(2);
  expect(first.isAsked).toBe(true);
  await restartDeployment(root, "penguins", new Date());
  await started(3);
  expect(processes[1]?.isAsked).toBe(true);
  await stopDeployment(root, "penguins");
  await expect.poll(() => processes[2]?.isAsked).toBe(true);
  expect(statusOf(root)[0]).toBe("stopped");
  await removeDeployment(root, "penguins");
});

test("of two keepers one serves; when it lets go the other takes over", async () => {
  const { root, id } = await project();
  await deploy(root, "penguins@1", { port: 0 });
  const [one, two] = [keep(root), keep(root)];
  (await one.started(1)).say(serving(id));
  // As long as it takes to look a few times.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(two.processes).toEqual([]);
  expect(statusOf(root)).toEqual(["serving", 1, null]);
  await one.keeper.stop();
  (await two.started(1)).say(serving(id));
  expect(statusOf(root)).toEqual(["serving", 1, null]);
  const three = keep(root);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(three.processes).toEqual([]);
  expect(one.processes).toHaveLength(1);
});

test("a catalog that cannot be read is told once, and what is served goes on", async () => {
  const { root, id } = await project();
  await deploy(root, "penguins@1", { port: 0 });
  const { started, events } = keep(root);
  const process = await started(1);
  process.say(serving(id));
  const { catalog } = projectFiles(root);
  writeFileSync(catalog, "{ oh");
  await expect.poll(() => events.at(-1)?.kind).toBe("problem");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(events.filter(({ kind }) => kind === "problem")).toEqual([
    { kind: "problem", message: expect.stringContaining(`Cannot read ${join(root, ".tagline/catalog.json")}: `) },
  ]);
  expect(process.isAsked).toBe(false);
});
