import type { NodeProject } from "./node-project.js";
import { nodePackage } from "./node-package.js";
import { nodePipeline } from "./node-pipeline.js";
import { nodeReadme } from "./node-readme.js";

/** The text files of a plain Node project that runs a notebook's pipeline, by path. Pure; the lock file and the tarball are made beside. */
export function toNode(project: NodeProject): Map<string, string> {
  const files = new Map<string, string>([
    [".gitignore", "/node_modules/\n/dist/\n/.tagline/\n"],
    [".npmrc", NPMRC],
    ["README.md", nodeReadme(project)],
    ["cells.json", `${JSON.stringify(project.program.cells, null, 2)}\n`],
    ["package.json", `${JSON.stringify(nodePackage(project), null, 2)}\n`],
    ["src/pipeline.ts", nodePipeline(project)],
    ["tsconfig.json", TSCONFIG],
  ]);
  for (const [path, text] of Object.entries(project.texts)) files.set(`src/${path}`, text);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const NPMRC = `# npm prints a banner to standard output before a script runs. Without it,
# "npm start -- --json" prints the JSON document and nothing else.
loglevel=silent
`;

/** The options under which the notebook's cells were checked, so that what is fine there is fine here. */
const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2023"],
    "module": "Preserve",
    "moduleResolution": "Bundler",
    "types": ["node"],
    "strict": false,
    "esModuleInterop": true,
    "resolveJsonModule": true,
    "skipLibCheck": true,
    "sourceMap": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`;
