import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { takeLocalModules } from "../../../../kernel-lib/src/pipeline/run/local-modules.js";

test("takeLocalModules() names CommonJS by its ending, as it lies among modules", () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-locals-"));
  writeFileSync(join(folder, "old.js"), "module.exports = { one: 1 };");
  writeFileSync(join(folder, "new.js"), 'import { one } from "./old.js";\nexport const two = one + 1;');
  const { texts, locals } = takeLocalModules({ "steps/a.ts": 'import { two } from "./new";\ntwo;' }, folder);
  expect(texts).toEqual({
    "local/new.js": 'import { one } from "./old.cjs";\nexport const two = one + 1;',
    "local/old.cjs": "module.exports = { one: 1 };",
    "steps/a.ts": 'import { two } from "../local/new.js";\ntwo;',
  });
  expect(locals).toEqual({ "local/new.js": join(folder, "new.js"), "local/old.cjs": join(folder, "old.js") });
  rmSync(folder, { recursive: true });
});
