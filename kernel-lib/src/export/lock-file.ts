import { createHash } from "node:crypto";
import type { PackageJson } from "./node-package.js";

/** What a lock file (version 3) says of one installed package. */
export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/**
 * A lock file for an exported project, cut out of ours: the entries that its dependencies reach, at the same places, without the
 * registry's addresses. Null if ours does not hold them all; npm must then make one itself.
 *
 * @param runtime package.json of the packed Tagline
 */
export function lockFor(
  manifest: PackageJson,
  ours: LockFile,
  tagline: { readonly manifest: TaglineManifest; readonly tarball: string; readonly bytes: Uint8Array },
): string | null {
  const entries = new Map<string, Record<string, unknown>>();
  const queue: {
    readonly from: string;
    readonly name: string;
    readonly range: string | null;
    readonly optional: boolean;
    readonly dev: boolean;
  }[] = [];
  const want = (
    from: string,
    names: Readonly<Record<string, string>> | undefined,
    optional: boolean,
    dev: boolean,
  ): void => {
    for (const [name, range] of Object.entries(names ?? {})) queue.push({ from, name, range, optional, dev });
  };
  entries.set("node_modules/tagline", {
    version: tagline.manifest.version,
    resolved: `file:${tagline.tarball}`,
    integrity: `sha512-${createHash("sha512").update(tagline.bytes).digest("base64")}`,
    license: "Apache-2.0",
    ...(Object.keys(tagline.manifest.dependencies).length > 0 ? { dependencies: tagline.manifest.dependencies } : {}),
    engines: tagline.manifest.engines,
  });
  const { tagline: _, ...others } = manifest.dependencies;
  want("", others, false, false);
  want("node_modules/tagline", tagline.manifest.dependencies, false, false);
  want("", manifest.devDependencies, false, true);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const place = placeOf(next.from, next.name, ours);
    if (place === null) {
      if (next.optional) continue;
      return null;
    }
    const entry = ours.packages[place];
    if (entry === undefined || entry.link) return null;
    // What the project names itself is pinned: another version would be another lock.
    if (next.from === "" && next.range !== entry.version && !next.dev) return null;
    const known = entries.get(place);
    // Once needed to run, it is no mere tool, and neither is what it needs.
    if (known !== undefined && (next.dev || known["dev"] !== true)) continue;
    const {
      version,
      integrity,
      resolved: _resolved,
      dev: _dev,
      devOptional: _devOptional,
      peer: _peer,
      optional: _optional,
      ...rest
    } = entry as Record<string, unknown>;
    const flags = { ...(next.dev ? { dev: true } : {}), ...(next.optional ? { optional: true } : {}) };
    entries.set(place, { version, integrity, ...flags, ...rest });
    want(place, entry.dependencies, next.optional, next.dev);
    want(place, entry.optionalDependencies, true, next.dev);
    const peers = Object.entries(entry.peerDependencies ?? {}).filter(
      ([name]) => entry.peerDependenciesMeta?.[name]?.optional !== true,
    );
    want(place, Object.fromEntries(peers), true, next.dev);
  }
  const root = {
    name: manifest.name,
    version: manifest.version,
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
    engines: manifest.engines,
  };
  const packages = Object.fromEntries([["", root], ...[...entries].sort(([a], [b]) => a.localeCompare(b, "en"))]);
  const lock = { name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true, packages };
  return `${JSON.stringify(lock, null, 2)}\n`;
}

export interface TaglineManifest {
  readonly name: "tagline";
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The place in our lock where `name` is found from the package at `from`: its own `node_modules`, or that of a folder above. */
function placeOf(from: string, name: string, lock: LockFile): string | null {
  for (let folder = from; ; ) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in lock.packages) return place;
    if (folder === "") return null;
    const above = folder.lastIndexOf("/node_modules/");
    folder = above < 0 ? "" : folder.slice(0, above);
  }
}
