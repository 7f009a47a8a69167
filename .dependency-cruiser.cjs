// The rooms of kernel-lib/src, ground floor first: a room imports only rooms above it in this list.
const rooms = [
  "lineage",
  "artifacts",
  "notebook",
  "analyze",
  "display",
  "track",
  "kernel",
  "data",
  "evaluate",
  "pipeline/compile",
  "registry",
  "pipeline/run",
  "export",
  "schedule",
  "serve",
  "monitor",
  "report",
  "sync",
  "service",
  "lab",
  "cli",
];
const anyOf = (names) => `^kernel-lib/src/(?:${names.join("|")})/`;
const pure = ["notebook", "pipeline/compile"];
/** What a notebook's `import … from "tagline"` may reach. */
const notebookFacing = ["artifacts", "track", "display", "data", "evaluate", "registry"];

const arrows = rooms.slice(0, -1).map((room, index) => ({
  name: `room-${room.replace("/", "-")}`,
  comment: `${room}/ imports only rooms above it in the table of rooms.`,
  severity: "error",
  from: { path: `^kernel-lib/src/${room}/` },
  to: { path: anyOf(rooms.slice(index + 1)) },
}));

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: "room-unknown",
      comment: "Every file stands in a room of the table, or is kernel-lib/src/index.ts.",
      severity: "error",
      from: { path: "^kernel-lib/src/", pathNot: [anyOf(rooms), "^kernel-lib/src/index\\.ts$"] },
      to: {},
    },
    {
      name: "index-only-for-notebooks",
      comment: "What a notebook imports never reaches the kernel, the service or the command line.",
      severity: "error",
      from: { path: "^kernel-lib/src/index\\.ts$" },
      to: { path: "^kernel-lib/src/", pathNot: anyOf(notebookFacing) },
    },
    {
      name: "no-cycle",
      comment: "Files never import each other in a circle, not even by types.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "tslab-and-zeromq-only-in-kernel",
      comment: "Only kernel/ imports tslab or zeromq.",
      severity: "error",
      from: { path: "^(?:kernel-lib|jupyter-extension)/src/", pathNot: "^kernel-lib/src/kernel/" },
      to: { path: "(?:^|/)(?:tslab|zeromq|@tslab)(?:/|$)" },
    },
    {
      name: "pure-rooms",
      comment: "notebook/ and pipeline/compile/ run in the page: no Node, no TypeScript compiler, no package.",
      severity: "error",
      from: { path: anyOf(pure) },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "unknown"] },
    },
    {
      name: "pure-rooms-import-pure-rooms",
      comment: "A pure room takes from another room its types at most.",
      severity: "error",
      from: { path: anyOf(pure) },
      to: { path: "^kernel-lib/src/", pathNot: anyOf(pure), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "fence",
      comment: "The page takes from the library the pure rooms and types, nothing else.",
      severity: "error",
      from: { path: "^jupyter-extension/" },
      to: {
        path: "^kernel-lib/",
        pathNot: "^kernel-lib/(?:src|dist)/(?:notebook|pipeline/compile|service/api)\\b",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "fence-other-side",
      comment: "The library knows nothing of the page.",
      severity: "error",
      from: { path: "^kernel-lib/" },
      to: { path: "^jupyter-extension/" },
    },
    {
      name: "lab-in-built-ins",
      comment: "lab/ runs before anything is installed.",
      severity: "error",
      from: { path: "^kernel-lib/src/lab/" },
      to: { dependencyTypesNot: ["core"], pathNot: "^kernel-lib/src/lab/" },
    },
    {
      name: "no-tests-in-sources",
      comment: "Sources never import tests.",
      severity: "error",
      from: { path: "^(?:kernel-lib|jupyter-extension)/" },
      to: { path: "^tests/" },
    },
    {
      name: "unresolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: { path: "^(?:kernel-lib|jupyter-extension)/src/" },
      to: { couldNotResolve: true, dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/" },
    exclude: { path: "^(?:kernel-lib/dist|jupyter-extension/(?:lib|tagline_jupyter))/.*\\.map$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".d.ts", ".json"],
      mainFields: ["module", "main", "types"],
    },
  },
};
