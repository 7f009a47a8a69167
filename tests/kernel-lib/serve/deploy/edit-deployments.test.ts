import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "../../../../kernel-lib/src/lineage/open-log.js";
import { prepareProject } from "../../../../kernel-lib/src/lineage/project.js";
import { moveAlias, openRegistry, registerVersion } from "../../../../kernel-lib/src/registry/index.js";
import {
  DeploymentConflictError,
  deploy,
  deploymentsOffHere,
  readDeployments,
  removeDeployment,
  restartDeployment,
  startDeployment,
  stopDeployment,
} from "../../../../kernel-lib/src/serve/deploy/index.js";
import { wantedVersion } from "../../../../kernel-lib/src/serve/deploy/resolve-deployment.js";
import { draftOf, temporaryProject } from "../support.js";

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 6, 0, second));
const now = () => at(0);

/** A project with as many versions of the model, and their ids. */
async function project(count = 2): Promise<{ readonly root: string; readonly ids: readonly string[] }> {
  const root = temporaryProject();
  const ids: string[] = [];
  for (let threshold = 0; threshold < count; threshold += 1) {
    const { manifest } = await registerVersion(root, await draftOf(root, { threshold, names: ["a", "b"] }));
    ids.push(manifest.id);
  }
  return { root, ids };
}

async function promote(root: string, selector: string, alias = "production"): Promise<void> {
  const log = openLog(root);
  await moveAlias(log, "penguins", selector, { alias });
  await log.close();
}

test("deploy() notes what to serve in the catalog, readable and whole, beside all else in it", async () => {
  const { root, ids } = await project();
  const { catalog } = prepareProject(root);
  writeFileSync(catalog, JSON.stringify({ schedules: [] }));
  const { deployment, isNew } = await deploy(root, "penguins", { port: 0, now });
  expect(isNew).toBe(true);
  const entry = {
    name: "penguins",
    model: "penguins",
    follows: "production",
    version: ids[1],
    port: deployment.port,
    tokenSha256: null,
    stopped: false,
    startedAt: at(0).toISOString(),
  };
  expect(JSON.parse(readFileSync(catalog, "utf8"))).toEqual({ schedules: [], deployments: [entry] });
  expect(readDeployments(root)).toEqual([entry]);
});

test("deploy() of a bare name stays at its version until production is set, and follows that from then on", async () => {
  const { root, ids } = await project();
  const { deployment } = await deploy(root, "penguins", { port: 0 });
  const registry = openRegistry(root);
  const { manifest } = await registerVersion(root, await draftOf(root, { threshold: 9, names: ["a", "b"] }));
  expect(wantedVersion(registry, deployment)).toBe(ids[1]);
  await promote(root, "1");
  expect(wantedVersion(registry, deployment)).toBe(ids[0]);
  await promote(root, "3");
  expect(wantedVersion(registry, deployment)).toBe(manifest.id);
});

test("deploy() of NAME@ALIAS follows it, of NAME@newest each new version, of NAME@NUMBER nothing", async () => {
  const { root, ids } = await project();
  await promote(root, "1", "staging");
  const staging = (await deploy(root, "penguins@staging", { name: "s", port: 0 })).deployment;
  const newest = (await deploy(root, "penguins@newest", { name: "n", port: 0 })).deployment;
  const pinned = (await deploy(root, "penguins@1", { name: "p", port: 0 })).deployment;
  expect([staging, newest, pinned].map(({ follows, version }) => [follows, version])).toEqual([
    ["staging", null],
    ["newest", null],
    [null, ids[0]],
  ]);
  expect(new Set([staging.port, newest.port, pinned.port]).size).toBe(3);
  const { manifest } = await registerVersion(root, await draftOf(root, { threshold: 9, names: ["a", "b"] }));
  await promote(root, "2", "staging");
  const registry = openRegistry(root);
  expect([staging, newest, pinned].map((one) => wantedVersion(registry, one))).toEqual([ids[1], manifest.id, ids[0]]);
});

test("deploy() again changes the one of that name; only another port is another start", async () => {
  const { root, ids } = await project();
  const { deployment } = await deploy(root, "penguins", { port: 0, tokenSha256: "a".repeat(64), now });
  const pinned = await deploy(root, "penguins@1", { now: () => at(1) });
  expect(pinned).toEqual({ deployment: { ...deployment, follows: null, version: ids[0] }, isNew: false });
  const moved = await deploy(root, "penguins@1", { port: 0, now: () => at(2) });
  expect(moved.deployment).toMatchObject({ startedAt: at(2).toISOString(), tokenSha256: "a".repeat(64) });
  expect(moved.deployment.port).not.toBe(deployment.port);
});

test("deploy() of many at once gives each a port of its own", async () => {
  const { root } = await project(1);
  await Promise.all(Array.from({ length: 6 }, (_, index) => deploy(root, "penguins", { name: `d${index}` })));
  const ports = readDeployments(root).map(({ port }) => port);
  expect(new Set(ports).size).toBe(6);
});

test("deploy() refuses a port that is taken, and a name of another model", async () => {
  const { root } = await project(1);
  await registerVersion(root, await draftOf(root, undefined, { model: "bears" }));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(deploy(root, "penguins", { port })).rejects.toThrow(
    new DeploymentConflictError(
      "port",
      `Cannot deploy on port ${port}: another program uses it. Name another --port, or none to take the next free one.`,
    ),
  );
  const { deployment } = await deploy(root, "penguins", { port: 0 });
  await expect(deploy(root, "bears", { port: deployment.port })).rejects.toThrow(
    `Cannot deploy on port ${deployment.port}: the deployment penguins has it.`,
  );
  await expect(deploy(root, "bears", { name: "penguins" })).rejects.toThrow(
    "Cannot deploy bears as penguins: that is a deployment of penguins.",
  );
  await expect(deploy(root, "penguins", { name: "a/b" })).rejects.toThrow('Cannot name a deployment "a/b"');
  await expect(deploy(root, "penguin")).rejects.toThrow("Cannot find model penguin: did you mean penguins?");
  await expect(deploy(root, "penguins@7")).rejects.toThrow("Cannot find penguins@7");
  expect(readDeployments(root)).toEqual([deployment]);
});

test("a deployment is stopped, started, restarted and removed by its name", async () => {
  const { root } = await project(1);
  const { deployment } = await deploy(root, "penguins", { port: 0, now });
  expect(await stopDeployment(root, "penguins")).toEqual({ ...deployment, stopped: true });
  const started = { ...deployment, startedAt: at(1).toISOString() };
  expect(await startDeployment(root, "penguins", at(1))).toEqual(started);
  expect(await startDeployment(root, "penguins", at(2))).toEqual(started);
  expect(await restartDeployment(root, "penguins", at(3))).toEqual({ ...started, startedAt: at(3).toISOString() });
  await expect(stopDeployment(root, "penguin")).rejects.toThrow(
    "Cannot find deployment penguin: did you mean penguins?",
  );
  await removeDeployment(root, "penguins");
  await expect(removeDeployment(root, "penguins")).rejects.toThrow(
    "Cannot find deployment penguins: this project has no deployments. Make one: tagline deploy MODEL",
  );
});

test("a deployment that came with the catalog is stopped until somebody starts it on this machine", async () => {
  const { root } = await project(1);
  await deploy(root, "penguins", { port: 0, now });
  const { catalog } = prepareProject(root);
  const clone = temporaryProject();
  writeFileSync(prepareProject(clone).catalog, readFileSync(catalog));
  expect(readDeployments(clone)).toMatchObject([{ name: "penguins", stopped: true }]);
  expect([deploymentsOffHere(root), deploymentsOffHere(clone)]).toEqual([[], ["penguins"]]);
  await startDeployment(clone, "penguins", at(1));
  expect(readDeployments(clone)).toMatchObject([{ stopped: false, startedAt: at(1).toISOString() }]);
  expect(deploymentsOffHere(clone)).toEqual([]);
});

const good = { name: "a", model: "m", follows: "production", port: 8080, startedAt: "2026-11-24T06:00:00Z" };
test.each([
  [3, '"deployments" must be a list'],
  [[3], "deployment 1 in "],
  [[{ ...good, port: "8080" }], '"port" must be a whole number from 1 to 65535'],
  [[{ ...good, follows: null }], 'it needs "follows" (an alias) or "version" (an id)'],
  [[{ ...good, follows: "1st" }], 'Cannot name an alias "1st"'],
  [[{ ...good, version: "9f" }], `"version" must be a version's whole id`],
  [[{ ...good, tokenSha256: "secret" }], '"tokenSha256" must be the sha256 of a token'],
  [[{ ...good, startedAt: "soon" }], '"startedAt" must be a date and time'],
  [[good, good], "two deployments have the name a"],
  [[good, { ...good, name: "b" }], "the deployments a and b have the same port, 8080"],
])("readDeployments() says what is wrong with %j", (deployments, sentence) => {
  const root = temporaryProject();
  const { catalog } = prepareProject(root);
  writeFileSync(catalog, JSON.stringify({ deployments }));
  expect(() => readDeployments(root)).toThrow(sentence);
  expect(() => readDeployments(root)).toThrow(join(root, ".tagline/catalog.json"));
});
