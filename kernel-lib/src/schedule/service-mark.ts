import { mkdirSync, readdirSync } from "node:fs";
import { ulid } from "ulid";
import { clearMark, isLive, markLive, sweepMarks, TOUCH_EVERY_MS, touchMark } from "../lineage/liveness.js";
import { prepareProject, projectFiles } from "../lineage/project.js";

const PREFIX = "service-";

/** Says that this process fires the project's schedules, until the returned function is called or it dies. */
export function markService(root: string): () => void {
  const { claims } = prepareProject(root);
  mkdirSync(claims, { recursive: true });
  sweepMarks(claims);
  const name = `${PREFIX}${ulid()}`;
  markLive(claims, name);
  const timer = setInterval(() => touchMark(claims, name), TOUCH_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    clearMark(claims, name);
  };
}

/** True while some process fires the project's schedules. */
export function isServiceAlive(root: string): boolean {
  const { claims } = projectFiles(root);
  try {
    return readdirSync(claims)
      .filter((name) => name.startsWith(PREFIX) && name.endsWith(".live"))
      .some((name) => isLive(claims, name.slice(0, -".live".length)));
  } catch {
    return false;
  }
}
