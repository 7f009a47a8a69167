import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "../kernel-lib/cli/support.js";
import { type ScratchCell, scratchNotebook } from "../kernel-lib/pipeline/run/support/scratch-notebook.js";
import { reasons, statuses } from "../kernel-lib/pipeline/run/support/scratch-program.js";
import { startPostgres } from "../tools/postgres.js";
import { ensureProgram } from "../tools/system-packages.js";

let server: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  server = await startPostgres("birds");
});

afterAll(() => server.close());

/** Two branches: one from a table of the database, one from a file. */
function cells(options: ScratchCell["options"] = {}): ScratchCell[] {
  return [
    {
      id: "s",
      tag: "setup",
      source: 'import { readFileSync } from "node:fs";\nimport { metric } from "tagline";\nimport pg from "pg";',
    },
    {
      id: "birds",
      tag: "step:birds",
      options,
      source: [
        `const client = new pg.Client({ host: "127.0.0.1", port: ${server.port}, user: "postgres", database: "birds" });`,
        "await client.connect();",
        'const { rows: birds } = await client.query("select name, mass from birds order by name");',
        "await client.end();",
      ].join("\n"),
    },
    {
      id: "mean",
      tag: "step:mean",
      source: "metric('mass', birds.reduce((sum, { mass }) => sum + mass, 0) / birds.length);",
    },
    { id: "lines", tag: "step:lines", source: 'const lines = readFileSync("data.csv", "utf8").trim().split("\\n");' },
    { id: "count", tag: "step:count", source: "metric('lines', lines.length);" },
  ];
}

function sql(statement: string): void {
  execFileSync(ensureProgram("psql", "postgresql-client"), [
    "-h",
    "127.0.0.1",
    "-p",
    String(server.port),
    "-U",
    "postgres",
    "-d",
    "birds",
    "-qc",
    statement,
  ]);
}

test("what depends on a table runs again when a row is inserted, on a file when it is replaced, and the rest does not", async () => {
  sql("create table birds (name text, mass int); insert into birds values ('Adelie', 3700), ('Gentoo', 5000)");
  const notebook = scratchNotebook(cells());
  notebook.write("data.csv", "a\nb\n");
  const installed = await execute(
    "npm",
    ["install", "--no-audit", "--no-fund", "pg@8", "@types/pg@8"],
    notebook.folder,
  );
  expect(installed.code, installed.stderr).toBe(0);
  const asked = 'it reads postgresql, which may say something else now (its option cache can be "1d" or "always")';

  const first = await notebook.document();
  expect(first).toMatchObject({ status: "succeeded", metrics: { mass: 4350, lines: 2 } });

  // The table is read again, and says the same: what follows holds.
  const same = await notebook.document();
  expect(statuses(same)).toEqual({ birds: "done", mean: "cached", lines: "cached", count: "cached" });
  expect(reasons(same)["birds"]).toBe(asked);
  expect(same.metrics).toEqual(first.metrics);

  sql("insert into birds values ('Chinstrap', 3900)");
  const inserted = await notebook.document();
  expect(statuses(inserted)).toEqual({ birds: "done", mean: "done", lines: "cached", count: "cached" });
  expect(reasons(inserted)).toMatchObject({ birds: asked, mean: "birds changed (from birds)" });
  expect(inserted.metrics).toEqual({ mass: 4200, lines: 2 });

  notebook.write("data.csv", "a\nb\nc\n");
  const replaced = await notebook.document();
  expect(statuses(replaced)).toEqual({ birds: "done", mean: "cached", lines: "done", count: "done" });
  expect(reasons(replaced)).toMatchObject({ lines: "file data.csv changed", count: "lines changed (from lines)" });
  expect(replaced.metrics).toEqual({ mass: 4200, lines: 3 });

  // Who says that a day old is good enough is not told of a new row.
  notebook.cells(cells({ cache: "1d" }));
  sql("insert into birds values ('Macaroni', 5500)");
  const kept = await notebook.document();
  expect(statuses(kept)).toEqual({ birds: "cached", mean: "cached", lines: "cached", count: "cached" });
  expect(kept.metrics).toEqual({ mass: 4200, lines: 3 });
});
