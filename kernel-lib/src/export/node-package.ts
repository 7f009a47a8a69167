import type { NodeProject } from "./node-project.js";

/** A package.json, as far as an export writes one. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly private: boolean;
  readonly description: string;
  readonly type: "module";
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export function nodePackage(project: NodeProject): PackageJson {
  const installed = Object.entries(project.packages).filter(([, version]) => version !== "none");
  return {
    name: project.name,
    version: "0.1.0",
    private: true,
    description: `The pipeline of ${project.title}, exported by Tagline`,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: {
      // Type errors are `build`'s business: they do not keep a pipeline from running that ran in the notebook.
      prestart: "tsc --noCheck",
      start: "node dist/pipeline.js",
      build: "tsc",
      pretest: "tsc --noCheck",
      test: "node --test dist/pipeline.test.js",
    },
    dependencies: Object.fromEntries(
      [...installed, ["tagline", `file:${project.tagline.tarball}`] as const].sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    devDependencies: project.tools,
  };
}
