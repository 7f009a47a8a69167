import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { startJupyterServer } from "../../../kernel-lib/src/lab/jupyter-server.js";
import { checkout } from "../../../kernel-lib/src/lab/places.js";
import { prepare } from "../../../kernel-lib/src/lab/prepare.js";
import { createProgress } from "../../../kernel-lib/src/lab/progress.js";

/** Where a running JupyterLab is found; plain data, so that it can cross from vitest's setup to the tests. */
export interface LabAddress {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** Absolute path of the folder that it shows. */
  readonly rootDir: string;
}

export interface RunningLab extends LabAddress {
  /** Path of Jupyter's log. */
  readonly log: string;
  stop(): Promise<void>;
}

declare module "vitest" {
  interface ProvidedContext {
    lab: LabAddress;
  }
}

/**
 * Starts a JupyterLab of one's own, as `npm start` does, on a free port.
 * Most tests should share one: see `sharedLab()`.
 */
export async function startLab(options: { readonly notebookDir?: string } = {}): Promise<RunningLab> {
  const { signal } = new AbortController();
  await prepare({ places: checkout, retry: "npm test", signal }, createProgress(process.stderr));
  const rootDir = options.notebookDir ?? newFolder();
  const token = randomBytes(16).toString("hex");
  const server = await startJupyterServer({ places: checkout, port: await freePort(), token, rootDir }, signal);
  return { url: server.origin, token, rootDir, log: server.log, stop: server.stop };
}

/** The one JupyterLab of the whole e2e project; its folder is temporary: copy notebooks into it with `newFolder(lab.rootDir)`. */
export function sharedLab(): LabAddress {
  return inject("lab");
}

/** A new folder, in the system's temporary one or in `parent`. Absolute path. */
export function newFolder(parent: string = tmpdir()): string {
  return mkdtempSync(join(parent, "tagline-e2e-"));
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string")
        return reject(new Error("Cannot find a free port: the system gave none"));
      server.close(() => resolve(address.port));
    });
  });
}
