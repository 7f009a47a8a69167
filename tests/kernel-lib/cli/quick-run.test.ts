import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratchNotebook } from "../pipeline/run/support/scratch-notebook.js";

vi.setConfig({ testTimeout: 120_000 });

test("a run whose results all hold loads neither TypeScript nor the library of the other commands", async () => {
  const notebook = scratchNotebook([
    { id: "one", tag: "step:one", source: "const a = 1;" },
    { id: "two", tag: "step:two", source: "console.log(a + 1);" },
  ]);
  notebook.write(
    "loaded.cjs",
    'process.on("exit", () => require("node:fs").writeFileSync(process.env.LOADED, Object.keys(require.cache).join("\\n")));',
  );
  const loaded = async (name: string, args: readonly string[] = []): Promise<string[]> => {
    const path = join(notebook.folder, name);
    const hook = join(notebook.folder, "loaded.cjs");
    const { code } = await notebook.run(args, { LOADED: path, NODE_OPTIONS: `--require ${hook}` });
    expect(code).toBe(0);
    const packages = /node_modules\/(typescript|commander)\//g;
    return [...new Set([...readFileSync(path, "utf8").matchAll(packages)].map(([, found = ""]) => found))].sort();
  };
  // Without the cached plan, and with a flag that only the library reads.
  expect(await loaded("first", ["--keep-inputs", "off"])).toEqual(["commander", "typescript"]);
  expect(await loaded("second")).toEqual([]);
});
