import { keyOf } from "./log-index/index-key.js";
import type { LogReader } from "./reader.js";
import type { RegisteredInRun, RunRecord } from "./run-record.js";

/** A version with the run that tells most of it. */
export interface FoundVersion {
  readonly record: RunRecord;
  readonly registered: RegisteredInRun;
}

/**
 * The versions that `penguins`, `penguins@production`, `penguins@3` or `penguins@9f3a11c2` may mean. Without a selector, and
 * with `newest` or `latest`, the one with the highest number. Each comes with the run that made it, else the newest that met it.
 *
 * @param notebook only what its runs registered; null for any
 */
export function findRegistered(asked: string, reader: LogReader, notebook: string | null = null): FoundVersion[] {
  const at = asked.indexOf("@");
  const name = at < 0 ? asked : asked.slice(0, at);
  const versions = new Map<string, FoundVersion>();
  for (const record of reader.runs(keyOf("model", name))) {
    if (notebook !== null && record.started?.notebook !== notebook) continue;
    for (const registered of record.models) {
      const { model, version, isNew } = registered.event;
      if (model === name && (isNew || !versions.has(version))) versions.set(version, { record, registered });
    }
  }
  const all = [...versions.values()].sort((a, b) => b.registered.event.number - a.registered.event.number);
  const selector = at < 0 ? "newest" : asked.slice(at + 1);
  if (selector === "newest" || selector === "latest") return all.slice(0, 1);
  const id = reader.aliasVersion(name, selector);
  if (id !== null) return all.filter(({ registered }) => registered.event.version === id);
  const numbered = all.filter(({ registered }) => String(registered.event.number) === selector);
  if (numbered.length > 0 || !/^[0-9a-f]{4,64}$/.test(selector)) return numbered;
  return all.filter(({ registered }) => registered.event.version.startsWith(selector));
}
