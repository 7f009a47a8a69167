import { expect, test } from "vitest";
import { type LockFile, lockFor } from "../../../kernel-lib/src/export/lock-file.js";
import type { PackageJson } from "../../../kernel-lib/src/export/node-package.js";

const manifest: PackageJson = {
  name: "nb",
  version: "0.1.0",
  private: true,
  description: "",
  type: "module",
  engines: { node: ">=20" },
  scripts: {},
  dependencies: { a: "1.0.0", tagline: "file:vendor/tagline-0.1.0.tgz" },
  devDependencies: { tool: "2.0.0" },
};
const tagline = {
  manifest: { name: "tagline", version: "0.1.0", engines: { node: ">=20" }, dependencies: { shared: "^1.0.0" } },
  tarball: "vendor/tagline-0.1.0.tgz",
  bytes: Buffer.from("x"),
} as const;
const ours: LockFile = {
  packages: {
    "": {},
    "node_modules/a": {
      version: "1.0.0",
      resolved: "https://registry/a.tgz",
      integrity: "sha512-a",
      dependencies: { shared: "^2.0.0" },
    },
    "node_modules/a/node_modules/shared": { version: "2.1.0", integrity: "sha512-s2" },
    "node_modules/shared": { version: "1.1.0", integrity: "sha512-s1", dependencies: { deep: "*" } },
    "node_modules/deep": { version: "3.0.0", integrity: "sha512-d", ...{ dev: true } },
    "node_modules/tool": { version: "2.0.0", integrity: "sha512-t", dependencies: { deep: "*" } },
    "node_modules/unrelated": { version: "9.0.0" },
  },
};

test("lockFor() cuts out what the project reaches, at the same places, without addresses", () => {
  const lock = JSON.parse(lockFor(manifest, ours, tagline) ?? "null");
  expect(lock.packages).toEqual({
    "": {
      name: "nb",
      version: "0.1.0",
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
      engines: manifest.engines,
    },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a", dependencies: { shared: "^2.0.0" } },
    "node_modules/a/node_modules/shared": { version: "2.1.0", integrity: "sha512-s2" },
    "node_modules/deep": { version: "3.0.0", integrity: "sha512-d" },
    "node_modules/shared": { version: "1.1.0", integrity: "sha512-s1", dependencies: { deep: "*" } },
    "node_modules/tagline": {
      version: "0.1.0",
      resolved: "file:vendor/tagline-0.1.0.tgz",
      integrity: "sha512-pKvURIxJVi2CgRXROh/M6pJ/UrTVRZKX+LQ+QtqJI4vBNibkPcs43bCCSIkn7JBPtCBXRDmD6IWFF51QVRr+Yg==",
      license: "Apache-2.0",
      dependencies: { shared: "^1.0.0" },
      engines: { node: ">=20" },
    },
    "node_modules/tool": { version: "2.0.0", integrity: "sha512-t", dependencies: { deep: "*" }, dev: true },
  });
});

test("lockFor() gives up where our lock has another version, or none", () => {
  expect(lockFor({ ...manifest, dependencies: { ...manifest.dependencies, a: "1.0.1" } }, ours, tagline)).toBeNull();
  expect(
    lockFor({ ...manifest, dependencies: { ...manifest.dependencies, missing: "1.0.0" } }, ours, tagline),
  ).toBeNull();
});
