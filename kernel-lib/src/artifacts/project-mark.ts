import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { basename } from "node:path";
import type { StoreUser } from "./neighbours.js";

/** The same for one folder on one machine. */
export function projectId(root: string): string {
  return createHash("sha256").update(`${hostname()}\n${root}`).digest("hex").slice(0, 16);
}

/** What a project leaves where it keeps objects among others: what it names is known in its own folder alone. */
export function markOf(root: string): StoreUser {
  return { id: projectId(root), project: basename(root), host: hostname(), lastSeen: new Date().toISOString() };
}
