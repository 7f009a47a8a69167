import { Worker } from "node:worker_threads";

/** How long a step may go on after its coordinator was killed, at most. */
const LOOK_EVERY_MS = 1000;

/**
 * Ends this process when its parent dies, even while its main thread is in a loop that never yields: there the closed
 * channel is not noticed. A thread looks at who the parent is.
 */
export function watchParent(parentPid: number): void {
  // Its id is told: by the time that the thread looks, the parent may be gone already and another be in its place.
  const code = `
    const parent = ${parentPid};
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, ${LOOK_EVERY_MS});
  `;
  new Worker(code, { eval: true, stdout: false, stderr: false }).unref();
}
