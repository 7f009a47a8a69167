import { nodePackage } from "./node-package.js";
import { nodePipeline } from "./node-pipeline.js";
import type { NodeProject } from "./node-project.js";
import { nodeReadme } from "./node-readme.js";
import { nodeTests } from "./node-tests.js";

/** The text files of a plain Node project that runs a notebook's pipeline, by path. Pure; the lock file and the tarball are made beside. */
export function toNode(project: NodeProject): Map<string, string> {
  const files = new Map<string, string>([
    [".gitignore", "/node_modules/\n/dist/\n/.tagline/\n"],
    [".npmrc", NPMRC],
    ["README.md", nodeReadme(project)],
    ["cells.json", linesOf(cellRecords(project))],
    ...(Object.keys(project.program.models).length > 0
      ? [["models.json", linesOf(project.program.models)] as const]
      : []),
    ["package.json", `${JSON.stringify(nodePackage(project), null, 2)}\n`],
    ["src/pipeline.test.ts", nodeTests(project)],
    ["src/pipeline.ts", nodePipeline(project)],
    ["tsconfig.json", tsconfig(Object.keys(project.texts).some((path) => /\.[cm]?js$/.test(path)))],
  ]);
  for (const [path, text] of Object.entries(project.texts)) files.set(`src/${path}`, text);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without the imports, which the modules themselves show. */
function cellRecords({ program }: NodeProject): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(program.cells).map(([id, { imports: _, ...cell }]) => [id, cell]));
}

/** One line for each entry. */
function linesOf(entries: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(entries).map(([id, entry]) => `  ${JSON.stringify(id)}: ${JSON.stringify(entry)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

const NPMRC = `# npm prints a banner to standard output before it runs a script. Without it,
# "npm start -- --json" prints the JSON document and nothing else. What npm itself
# has to say is shown by: npm install --loglevel=notice
loglevel=silent
`;

/** The options under which the notebook's cells were checked, so that what is fine there is fine here. */
function tsconfig(allowJs: boolean): string {
  return `{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2023"],
    "module": "Preserve",
    "moduleResolution": "Bundler",
    "types": ["node"],
    "strict": false,
    "esModuleInterop": true,
    "resolveJsonModule": true,${allowJs ? '\n    "allowJs": true,' : ""}
    "skipLibCheck": true,
    "sourceMap": true,
    "removeComments": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`;
}
