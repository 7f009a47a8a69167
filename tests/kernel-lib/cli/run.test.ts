import { expect, test, vi } from "vitest";
import { readLog } from "../../../kernel-lib/dist/lineage/index.js";
import { type ScratchNotebook, scratchNotebook } from "../pipeline/run/support/scratch-notebook.js";
import { reasons, statuses } from "../pipeline/run/support/scratch-program.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

function training(): ScratchNotebook {
  return scratchNotebook([
    {
      id: "p",
      tag: "parameters",
      source:
        'import { metric, param } from "tagline";\nconst units = param("units", 16, { min: 1 });\nconst note = param("note", "none");',
    },
    { id: "load", tag: "step:load", source: "const rows = [1, 2, 3];" },
    {
      id: "train",
      tag: "step:train",
      source: "const loss = rows.length / units;\nmetric('loss', loss);\nconsole.log(note);",
    },
    { id: "tell", tag: "step:tell", source: "console.log('loss', loss);" },
  ]);
}

test("several values of a param are a grid of runs that share the cache, sorted by a metric", async () => {
  const notebook = training();
  const args = ["-p", "units=8,16,32", "-p", 'note="a,b",c', "--sort", "metric.loss"];
  const { code, stdout, stderr } = await notebook.run([...args, "--json"]);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ notebook: "nb.ipynb", params: ["units", "note"] });
  expect(document.runs.map((run: { params: unknown; metrics: unknown }) => [run.params, run.metrics])).toEqual(
    [32, 16, 8].flatMap((units) => ["a,b", "c"].map((note) => [{ units, note }, { loss: 3 / units }])),
  );
  const loads = document.runs.map((run: Parameters<typeof statuses>[0]) => statuses(run)["load"]).sort();
  expect(loads).toEqual(["cached", "cached", "cached", "cached", "cached", "done"]);
  expect(stderr.split("\n").filter((line) => /^units +note +loss +status/.test(line))).toHaveLength(1);
  expect(stderr).toContain("3 of 6: units=16 note=a,b");
  const sweeps = readLog(notebook.folder).events.flatMap(({ event }) =>
    event.kind === "run.started" ? [event.sweep] : [],
  );
  expect(sweeps).toEqual(Array(6).fill(document.sweep));

  const wrong = await notebook.run(["-p", "units=8,0,x", "-p", "nots=1"]);
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr.trim().split("\n")).toEqual([
    "Cannot set parameter nots: the notebook has no such parameter. Did you mean note?",
    "Cannot set parameter units (cell 1, line 2) to 0: the smallest allowed value is 1.",
    "Cannot set parameter units (cell 1, line 2) to x: it takes a number of at least 1.",
  ]);
});

test("a run can be planned, cut short, forced, and take its params from a file and the environment", async () => {
  const notebook = training();
  notebook.write("params.json", '{ "units": 4, "note": "file" }');
  const fromFile = ["--params", "params.json"];
  const dry = await notebook.run(["--dry-run", "--json", ...fromFile], {
    TAGLINE_PARAM_units: "5",
    TAGLINE_PARAM_note: "e",
  });
  expect(JSON.parse(dry.stdout)).toMatchObject({
    params: { units: 4, note: "file" },
    steps: [
      { name: "load", action: "run", reason: "first run" },
      { name: "train", action: "depends", reason: "on what load gives" },
      { name: "tell", action: "depends", reason: "on what train gives" },
    ],
  });
  expect(Object.keys(notebook.everything()).filter((path) => path.startsWith(".tagline/lineage/"))).toEqual([]);

  const alone = await notebook.run(["--only", "train"]);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("Cannot run step train alone: step load, which it needs, has no result that holds");
  expect((await notebook.run(["--to", "trian"])).stderr).toContain("Did you mean train?");

  const upTo = await notebook.document(["--to", "train"], { TAGLINE_PARAM_units: "5" });
  expect(upTo).toMatchObject({ status: "succeeded", params: { units: 5 }, metrics: { loss: 3 / 5 } });
  expect(statuses(upTo)).toEqual({ load: "done", train: "done", tell: "skipped" });
  expect(reasons(upTo)["tell"]).toBe("not asked for");

  const fromJson = await notebook.document(["--to", "train"], { TAGLINE_PARAMS: '{"units": 6, "of": "others"}' });
  expect(fromJson).toMatchObject({ params: { units: 6 }, metrics: { loss: 0.5 } });
  expect(reasons(fromJson)["train"]).toBe("param units changed");

  const only = await notebook.document(["--only", "train", ...fromFile]);
  expect(statuses(only)).toEqual({ load: "cached", train: "done", tell: "skipped" });

  const forced = await notebook.document(["--force", "load", ...fromFile]);
  expect(statuses(forced)).toEqual({ load: "done", train: "cached", tell: "done" });
  expect(reasons(forced)["load"]).toBe("forced");
  const all = await notebook.document(["--force", "all", ...fromFile]);
  expect(statuses(all)).toEqual({ load: "done", train: "done", tell: "done" });
  const again = await notebook.run(["--dry-run", ...fromFile]);
  expect(again.stdout).toMatch(/load +cached +nothing changed\n +train +cached/);
});
