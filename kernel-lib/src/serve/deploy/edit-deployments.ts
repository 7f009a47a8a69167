import { nearest } from "../../notebook/nearest.js";
import { UsageError } from "../../pipeline/run/usage-error.js";
import { parseModelRequest } from "../../registry/model-name.js";
import { openRegistry, type Registry } from "../../registry/registry.js";
import { type CatalogList, changeCatalog, readCatalog } from "../../schedule/catalog-list.js";
import { disableHere, enableHere, isEnabledHere } from "../../schedule/enabled-here.js";
import { checkDeploymentName, checkDeployments } from "./check-deployments.js";
import type { Deployment } from "./deployment.js";
import { findFreePort, portProblem } from "./find-free-port.js";
import { readStateFile } from "./state-file.js";

/** Nobody goes by that name. */
export class UnknownDeploymentError extends UsageError {}

/** Somebody else has that name or port. */
export class DeploymentConflictError extends UsageError {
  readonly what: "name" | "port";

  constructor(what: "name" | "port", message: string) {
    super(message);
    this.what = what;
  }
}

export interface DeployOptions {
  /** Default: the model's name. */
  readonly name?: string | undefined;
  /** Default: the one that it has, else 8080 or the next free one; 0: another free one. */
  readonly port?: number | undefined;
  /** sha256 (hex) of a token, or null for none. Default: as it is, else none. */
  readonly tokenSha256?: string | null | undefined;
  readonly now?: () => Date;
}

export interface Deployed {
  readonly deployment: Deployment;
  /** False: one of that name was changed. */
  readonly isNew: boolean;
}

const list: CatalogList<Deployment> = { name: "deployments", check: checkDeployments };

/**
 * The deployments of a project, in the order of the file. Those that nobody has turned on on this machine count as
 * stopped. @throws {UsageError}
 */
export function readDeployments(root: string): readonly Deployment[] {
  return readCatalog(root, list).map((deployment) =>
    isEnabledHere(root, { kind: "deployment", id: deployment.name }) ? deployment : { ...deployment, stopped: true },
  );
}

/** Names of those that would be served, had they not only come with the catalog. */
export function deploymentsOffHere(root: string): readonly string[] {
  return readCatalog(root, list)
    .filter(({ name, stopped }) => !stopped && !isEnabledHere(root, { kind: "deployment", id: name }))
    .map(({ name }) => name);
}

/**
 * Notes that a model is to be served; a living service does it. `NAME` follows `production`, and takes the newest version
 * until that is set; `NAME@ALIAS` and `NAME@newest` follow too; `NAME@NUMBER` and `NAME@ID` stay at that version. One that
 * is there by that name already is changed; where only its version is another, no request is dropped.
 *
 * @throws {UnknownModelError | DeploymentConflictError | RangeError}
 */
export async function deploy(root: string, request: string, options: DeployOptions = {}): Promise<Deployed> {
  const { now = () => new Date() } = options;
  const pick = readPick(openRegistry(root), request);
  const name = checkDeploymentName(options.name ?? pick.model);
  const all = readDeployments(root);
  const before = all.find((one) => one.name === name);
  if (before !== undefined && before.model !== pick.model) {
    throw new DeploymentConflictError(
      "name",
      `Cannot deploy ${pick.model} as ${name}: that is a deployment of ${before.model}. Give it another name, or remove that one: tagline deployments remove ${name}`,
    );
  }
  const port = await choosePort(all, before, options.port);
  const deployed = await changeCatalog<Deployment, Deployed | null>(root, list, (deployments) => {
    // Somebody else may have chosen the same one meanwhile.
    if (deployments.some((one) => one.name !== name && one.port === port)) return { list: deployments, result: null };
    const old = deployments.find((one) => one.name === name);
    const entry = { kind: "deployment", id: name } as const;
    const isOff = !isEnabledHere(root, entry);
    enableHere(root, entry);
    const isSameStart = !isOff && old !== undefined && !old.stopped && old.port === port && !hasFailed(root, name);
    const startedAt = isSameStart ? old.startedAt : now().toISOString();
    const tokenSha256 = options.tokenSha256 === undefined ? (old?.tokenSha256 ?? null) : options.tokenSha256;
    const deployment: Deployment = { name, ...pick, port, tokenSha256, stopped: false, startedAt };
    return {
      list:
        old === undefined ? [...deployments, deployment] : deployments.map((one) => (one === old ? deployment : one)),
      result: { deployment, isNew: old === undefined },
    };
  });
  return deployed ?? deploy(root, request, options);
}

/** Stops it, and keeps it for another start. */
export function stopDeployment(root: string, name: string): Promise<Deployment> {
  return change(root, name, (found) => ({ ...found, stopped: true }));
}

/** Starts it if it is stopped. */
export function startDeployment(root: string, name: string, now: Date): Promise<Deployment> {
  return turnOn(root, name, now, { anew: false });
}

/** Starts it anew: for what it loads itself, such as packages, and to spare it the wait after a failure. */
export function restartDeployment(root: string, name: string, now: Date): Promise<Deployment> {
  return turnOn(root, name, now, { anew: true });
}

export function removeDeployment(root: string, name: string): Promise<Deployment> {
  return changeCatalog(root, list, (deployments) => {
    const result = find(deployments, name);
    disableHere(root, { kind: "deployment", id: name });
    return { list: deployments.filter((one) => one !== result), result };
  });
}

function turnOn(root: string, name: string, now: Date, { anew }: { readonly anew: boolean }): Promise<Deployment> {
  return change(root, name, (found) => {
    const entry = { kind: "deployment", id: name } as const;
    const isOn = !found.stopped && isEnabledHere(root, entry);
    enableHere(root, entry);
    return isOn && !anew ? found : { ...found, stopped: false, startedAt: now.toISOString() };
  });
}

/** Then whoever deploys it again has mended something, and need not wait for the next try. */
function hasFailed(root: string, name: string): boolean {
  const told = readStateFile(root)?.deployments ?? {};
  return Object.hasOwn(told, name) && told[name]?.status === "failed";
}

function change(root: string, name: string, edit: (found: Deployment) => Deployment): Promise<Deployment> {
  return changeCatalog(root, list, (deployments) => {
    const found = find(deployments, name);
    const result = edit(found);
    return { list: deployments.map((one) => (one === found ? result : one)), result };
  });
}

/** @throws {UnknownDeploymentError} if there is none of that name */
function find(deployments: readonly Deployment[], name: string): Deployment {
  const found = deployments.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = deployments.map((one) => one.name);
  const near = nearest(name, names);
  const hint =
    near !== null
      ? `did you mean ${near}?`
      : names.length === 0
        ? "this project has no deployments. Make one: tagline deploy MODEL"
        : `there are ${names.join(", ")}.`;
  throw new UnknownDeploymentError(`Cannot find deployment ${name}: ${hint}`);
}

function readPick(registry: Registry, request: string): Pick<Deployment, "model" | "follows" | "version"> {
  const { model, selector } = parseModelRequest(request);
  const version = registry.find(model, selector);
  if (selector === undefined) return { model, follows: "production", version: version.id };
  if (selector === "newest" || selector === "latest") return { model, follows: "newest", version: null };
  const isAlias = registry.aliases(model).some(({ alias }) => alias === selector);
  return isAlias ? { model, follows: selector, version: null } : { model, follows: null, version: version.id };
}

async function choosePort(
  all: readonly Deployment[],
  before: Deployment | undefined,
  asked: number | undefined,
): Promise<number> {
  const taken = new Map(all.filter((one) => one !== before).map(({ port, name }) => [port, name]));
  if (asked === undefined) return before?.port ?? findFreePort(new Set(taken.keys()));
  if (asked === 0) return findFreePort(new Set(all.map(({ port }) => port)));
  if (asked === before?.port) return asked;
  const other = taken.get(asked);
  if (other !== undefined)
    throw new DeploymentConflictError("port", `Cannot deploy on port ${asked}: the deployment ${other} has it.`);
  const problem = await portProblem(asked);
  if (problem === null) return asked;
  throw new DeploymentConflictError("port", `Cannot deploy on port ${asked}: ${problem}.`);
}
