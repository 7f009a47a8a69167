import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { FoldedLog } from "../lineage/folded-log.js";
import { findProjectRoot } from "../lineage/project.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { formatMoment, isServiceAlive, localTimeZone } from "../schedule/index.js";
import {
  DeploymentFold,
  type DeploymentState,
  deploy,
  deploymentStates,
  deploymentsOffHere,
  readDeployments,
  removeDeployment,
  restartDeployment,
  startDeployment,
  stopDeployment,
} from "../serve/deploy/index.js";
import { sha256 } from "../serve/guard.js";
import { readPort } from "./read-port.js";
import { type CliStreams, printJson } from "./streams.js";
import { table } from "./table.js";

/** A deployment as `--json` prints it. */
export interface DeploymentDocument {
  readonly name: string;
  readonly model: string;
  readonly follows: string | null;
  readonly status: DeploymentState["status"];
  readonly number: number | null;
  readonly version: string | null;
  readonly url: string;
  readonly port: number;
  readonly hasToken: boolean;
  readonly since: string | null;
  readonly requests: DeploymentState["requests"];
  readonly error: string | null;
  readonly pid: number | null;
}

/** What `tagline deploy --json` prints. */
export interface DeployDocument extends DeploymentDocument {
  /** False: one of that name was changed. */
  readonly isNew: boolean;
  /** A process lives that keeps it up. */
  readonly service: boolean;
  /** Only where one was made: it is kept nowhere. */
  readonly token?: string;
}

/** What `tagline deployments list --json` prints. */
export interface DeploymentsDocument {
  readonly service: boolean;
  readonly deployments: readonly DeploymentDocument[];
  /** Names of those that came with the catalog, and that nobody has started on this machine. */
  readonly offHere: readonly string[];
}

export interface DeployFlags {
  readonly port?: string;
  readonly name?: string;
  /** True: make one; false: from now on without. */
  readonly token?: string | boolean;
  readonly wait: boolean;
  readonly json?: boolean;
}

/** Loading a model with its packages takes seconds, on a busy machine many. */
const PATIENCE_MS = 120_000;

/** Deploys, and waits until it answers or fails where a service lives; resolves to the exit code. */
export async function runDeploy(request: string, flags: DeployFlags, streams: CliStreams): Promise<number> {
  const root = findProjectRoot();
  const token = flags.token === true ? randomBytes(24).toString("base64url") : readToken(flags.token);
  const { deployment, isNew } = await deploy(root, request, {
    name: flags.name,
    port: readPort(flags.port),
    ...(flags.token === false ? { tokenSha256: null } : token === null ? {} : { tokenSha256: sha256(token) }),
  });
  const service = isServiceAlive(root);
  const state = await settled(root, deployment.name, flags.wait && service);
  const document: DeployDocument = {
    ...documentOf(state),
    ...{ isNew, service },
    ...(flags.token === true && token !== null ? { token } : {}),
  };
  if (flags.json) printJson(streams, document);
  else streams.stdout.write(formatDeploy(document));
  return state.status === "failed" ? 2 : 0;
}

export function listDeployments(): DeploymentsDocument {
  const root = findProjectRoot();
  const deployments = states(root).map(documentOf);
  return { service: isServiceAlive(root), deployments, offHere: deploymentsOffHere(root) };
}

export function formatDeployments({ deployments, service, offHere }: DeploymentsDocument): string {
  if (deployments.length === 0) return "No deployments yet. Make one: tagline deploy MODEL\n";
  const rows = deployments.map(({ name, model, follows, number, status, since, requests, url, error }) => [
    name,
    follows === null ? model : `${model}@${follows}`,
    number === null ? "" : String(number),
    status,
    since === null ? "" : formatMoment(new Date(since), localTimeZone()),
    `${requests.total}${requests.failed > 0 ? ` (${requests.failed} failed)` : ""}`,
    url,
    error ?? "",
  ]);
  const head = ["deployment", "serves", "version", "status", "since", "requests", "url", "problem"];
  const notes = [
    ...offHere.map(
      (name) =>
        `${name} came with the catalog and is off on this machine. Serve it here: tagline deployments start ${name}`,
    ),
    ...(service ? [] : [NO_SERVICE]),
  ];
  return `${[...table(head, rows), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n")}\n`;
}

const CHANGES = {
  stop: { past: "Stopped", change: stopDeployment },
  start: { past: "Started", change: startDeployment },
  restart: { past: "Restarted", change: restartDeployment },
  remove: { past: "Removed", change: removeDeployment },
} as const;

/** Does what the word says, waits until it is so, and resolves to the exit code. */
export async function changeDeployment(
  word: keyof typeof CHANGES,
  name: string,
  options: { readonly json?: boolean },
  streams: CliStreams,
): Promise<number> {
  const root = findProjectRoot();
  const { past, change } = CHANGES[word];
  const deployment = await change(root, name, new Date());
  const service = isServiceAlive(root);
  if (word === "remove" || word === "stop") {
    if (service) await untilQuiet(deployment.port);
    if (options.json) printJson(streams, word === "stop" ? documentOf(stateOf(root, name)) : { name, removed: true });
    else streams.stdout.write(`${past} ${name}.\n`);
    return 0;
  }
  const state = await settled(root, name, service);
  if (options.json) printJson(streams, documentOf(state));
  else streams.stdout.write(`${past} ${name}.\n${describe(documentOf(state), service)}`);
  return state.status === "failed" ? 2 : 0;
}

function states(root: string): readonly DeploymentState[] {
  const fold = new FoldedLog(
    root,
    ["deployment.changed"],
    (reader) => new DeploymentFold((name) => reader.requests(name)),
  ).current();
  return deploymentStates(root, readDeployments(root), fold);
}

function stateOf(root: string, name: string): DeploymentState {
  const state = states(root).find(({ deployment }) => deployment.name === name);
  if (state === undefined) throw new UsageError(`Cannot follow deployment ${name}: somebody removed it meanwhile.`);
  return state;
}

/** Its state once it answers with the version that it should, or fails; at once where nobody is to be waited for. */
async function settled(root: string, name: string, isAwaited: boolean): Promise<DeploymentState> {
  for (const end = Date.now() + PATIENCE_MS; ; await wait(150)) {
    const state = stateOf(root, name);
    const isMoving = state.status === "starting" || (state.status === "serving" && state.isBehind);
    if (!isAwaited || !isMoving || Date.now() > end) return state;
  }
}

/** Resolves when nobody listens on the port any more, or after a while. */
async function untilQuiet(port: number): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS / 4; Date.now() < end; await wait(100)) {
    const isOpen = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => true,
      () => false,
    );
    if (!isOpen) return;
  }
}

function documentOf(state: DeploymentState): DeploymentDocument {
  const { deployment, status, number, version, url, since, requests, error, pid } = state;
  const { name, model, follows, port, tokenSha256 } = deployment;
  const hasToken = tokenSha256 !== null;
  return { name, model, follows, status, number, version, url, port, hasToken, since, requests, error, pid };
}

function formatDeploy(document: DeployDocument): string {
  const { name, model, follows, isNew, token } = document;
  const what = follows === null ? "" : `, follows ${model}@${follows}`;
  return [
    `${isNew ? "Deployed" : "Changed"} ${name}${what}\n`,
    ...(token === undefined ? [] : [`  token ${token} (shown this once: it is kept nowhere)\n`]),
    describe(document, document.service),
  ].join("");
}

function describe({ status, model, number, url, error }: DeploymentDocument, service: boolean): string {
  if (status === "failed")
    return `${error}${error?.endsWith(".") ? "" : "."} It is tried again, waiting longer each time.\n`;
  const problem = error === null ? "" : `${error}\n`;
  if (status === "serving") return `Serving ${model} version ${number}: ${url}\n${problem}`;
  if (!service) return `${NO_SERVICE}\n`;
  return `It is being started, and will answer at ${url}\n`;
}

const NO_SERVICE =
  "No service is running: nothing is served until one is. Start one: tagline service (or JupyterLab: tagline lab)";

/** Kept as a hash in a file that git keeps: a short one could be guessed from that. */
function readToken(flag: string | false | undefined): string | null {
  if (flag === false) return null;
  const token = flag ?? (process.env["TAGLINE_TOKEN"] || null);
  if (token !== null && token.length < 16)
    throw new UsageError(
      "Cannot take so short a token: give 16 characters or more, or --token alone to have one made.",
    );
  return token;
}
