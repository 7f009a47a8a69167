import { expect, test } from "vitest";
import { notebookFacts } from "../../../../kernel-lib/src/analyze/index.js";
import { readNotebook } from "../../../../kernel-lib/src/notebook/read-notebook.js";
import { compilePipeline } from "../../../../kernel-lib/src/pipeline/compile/index.js";
import { type Cell, compile, edges, problems } from "./support.js";

/** Cell sequences with the edges that they must give, and no diagnostic. */
const FLOWS: readonly (readonly [name: string, cells: readonly Cell[], edges: readonly string[]])[] = [
  [
    "a value goes from the step that makes it",
    [
      ["step:a", "const x = [1];"],
      ["step:b", "const y = x.length;"],
    ],
    ["a -> b: x"],
  ],
  [
    "a value goes from the last step that changed it in place",
    [
      ["step:a", "const x = [1];"],
      ["step:b", "x.push(2);"],
      ["step:c", "console.log(x);"],
    ],
    ["a -> b: x", "b -> c: x"],
  ],
  [
    "a value goes from the last step that assigned it",
    [
      ["step:a", "let n = 1;"],
      ["step:b", "n += 1;"],
      ["step:c", "console.log(n);"],
    ],
    ["a -> b: n", "b -> c: n"],
  ],
  [
    "reading does not make an order",
    [
      ["step:a", "const x = [1];"],
      ["step:b", "const y = x.map((v) => v + 1);"],
      ["step:c", "const z = x.filter((v) => v > 1);"],
    ],
    ["a -> b: x", "a -> c: x"],
  ],
  [
    "a function brings what it closes over to the step that calls it",
    [
      ["step:fit", "const mean = 3;\nconst sd = 2;\nconst scale = (v: number) => (v - mean) / sd;"],
      ["step:idle", "const name = 'no call';"],
      ["step:apply", "const out = [1, 2].map(scale);"],
    ],
    ["fit -> apply: mean, sd"],
  ],
  [
    "functions that call functions bring everything",
    [
      ["step:a", "const k = 2;\nfunction inner(v: number) { return v * k; }"],
      ["step:b", "const m = 5;\nfunction outer(v: number) { return inner(v) + m; }"],
      ["step:c", "const out = outer(1);"],
    ],
    ["a -> c: k", "b -> c: m"],
  ],
  [
    "a called function's assignments count for the caller",
    [
      ["step:a", "let total = 0;\nfunction add(n: number) { total += n; }"],
      ["step:b", "add(10);"],
      ["step:c", "console.log(total);"],
    ],
    ["a -> b: total", "b -> c: total"],
  ],
  [
    "an argument that a function changes in place is changed by the caller",
    [
      ["setup", "function grow(list: number[]) { list.push(1); }"],
      ["step:a", "const xs: number[] = [];"],
      ["step:b", "grow(xs);"],
      ["step:c", "console.log(xs);"],
    ],
    ["a -> b: xs", "b -> c: xs"],
  ],
  [
    "a change through one view of a buffer is seen through the others",
    [
      [
        "step:a",
        "const memory = new ArrayBuffer(8);\nconst bytes = new Uint8Array(memory);\nconst words = new Uint32Array(memory);",
      ],
      ["step:b", "words[0] = 1;"],
      ["step:c", "console.log(bytes[0], new Uint8Array(bytes));"],
    ],
    ["a -> b: bytes, words", "b -> c: bytes"],
  ],
  [
    "what subarray gives is a view of the same memory",
    [
      ["step:a", "const wave = new Float64Array(8);"],
      ["step:b", "const part = wave.subarray(2, 4);\npart[0] = 1;\nconst copy = wave.slice(2, 4);\ncopy[0] = 2;"],
      ["step:c", "console.log(wave[2]);"],
    ],
    ["a -> b: wave", "b -> c: wave"],
  ],
  [
    "instances of a class with private fields travel by a codec",
    [
      [
        "setup",
        'import { codec } from "tagline";\nclass Secretive { #x = 1; get x() { return this.#x; } }\ncodec({ name: "s", test: (value) => value instanceof Secretive, encode: () => 1, decode: () => new Secretive() });',
      ],
      ["step:a", "const s = new Secretive();"],
      ["step:b", "console.log(s.x);"],
    ],
    ["a -> b: s"],
  ],
  [
    "names that share objects travel together when one of them is changed",
    [
      ["step:make", "const first = { n: 0 };\nconst both = [first];"],
      ["step:change", "both[0].n = 1;"],
      ["step:see", "console.log(first.n);"],
    ],
    ["make -> change: both, first", "change -> see: first"],
  ],
  [
    "an alias that a later step makes keeps the old name with it",
    [
      ["step:make", "const rows = [{ n: 0 }];"],
      ["step:pick", "const top = rows[0];"],
      ["step:change", "top.n = 1;"],
      ["step:see", "console.log(rows);"],
    ],
    ["make -> pick: rows", "pick -> change: rows, top", "change -> see: rows"],
  ],
  [
    "a model that a step fits comes from that step",
    [
      ["step:build", "const model = { fit(x: number) {}, predict(x: number) { return x; } };"],
      ["step:train", "model.fit(1);"],
      ["step:evaluate", "console.log(model.predict(1));"],
    ],
    ["build -> train: model", "train -> evaluate: model"],
  ],
  [
    "after: gives order where no data flows",
    [
      ["step:a", "console.log(1);"],
      ["step:b after:a", "console.log(2);"],
    ],
    ["a -> b"],
  ],
  [
    "a name that a step declares anew is its own",
    [
      ["step:a", "const x = 1;"],
      ["step:b", "const x = 'two';\nconsole.log(x);"],
      ["step:c", "console.log(x);"],
    ],
    ["b -> c: x"],
  ],
  [
    "a local variable of the same name is nobody's",
    [
      ["step:a", "const x = 1;"],
      ["step:b", "for (const x of [1, 2]) console.log(x);\nconst f = (x: number) => x;"],
    ],
    [],
  ],
  [
    "globals are not values of steps unless a cell makes one",
    [
      ["step:a", "const performance = 3;\nconst y = Math.max(1, 2);"],
      ["step:b", "console.log(performance, Math.min(1, 2));"],
    ],
    ["a -> b: performance"],
  ],
  [
    "destructuring takes and makes names",
    [
      ["step:a", "const { train, ...rest } = { train: [1], test: [2] };"],
      ["step:b", "console.log(train);"],
      ["step:c", "const { test } = rest;"],
    ],
    ["a -> b: train", "a -> c: rest"],
  ],
];

test.each(FLOWS)("%s", (_, cells, expected) => {
  const compiled = compile(cells);
  expect(problems(compiled)).toEqual([]);
  expect(edges(compiled)).toEqual(expected);
});

/** Cell sequences with the diagnostics that they must give. */
const PROBLEMS: readonly (readonly [name: string, cells: readonly Cell[], problems: readonly string[]])[] = [
  ["no steps", [["", "const x = 1;"]], ["TL002 -:-"]],
  ["a syntax error", [["step:a", "const = 1;"]], ["TL001 c0:1"]],
  ["an expression that is missing", [["step:a", "const b = ;"]], ["TL001 c0:1"]],
  [
    "a syntax error in exploration is nobody's business",
    [
      ["", "const = 1;"],
      ["step:a", "const x = 1;"],
    ],
    [],
  ],
  [
    "a misspelled tag",
    [
      ["stpe:a", "const x = 1;"],
      ["step:b", "const y = 2;"],
    ],
    ["TL003 c0:1"],
  ],
  ["two roles", [["step:a step:b", "const x = 1;"]], ["TL005 c0:1"]],
  ["an unknown step after after:", [["step:load after:laod", "const x = 1;"]], ["TL006 c0:1"]],
  [
    "a value hidden in an untagged cell, on both cells",
    [
      ["", "\nconst factor = 3;"],
      ["step:a", "const xs = [1];\nconst ys = xs.map((x) => x * factor);"],
    ],
    ["TL010 c0:2", "TL010 c1:2"],
  ],
  [
    "a value hidden behind an untagged function",
    [
      ["", "const factor = 3;\nconst triple = (x: number) => x * factor;"],
      ["step:a", "const y = triple(2);"],
    ],
    ["TL010 c0:1", "TL010 c1:1"],
  ],
  [
    "a value of a skipped cell",
    [
      ["skip", "const factor = 3;"],
      ["step:a", "const y = factor;"],
    ],
    ["TL011 c0:1", "TL011 c1:1"],
  ],
  ["a name that nobody defines", [["step:a", "const x = 1;\nconst y = x + nowhere;"]], ["TL012 c0:2"]],
  [
    "a value from further down",
    [
      ["step:a", "const y = x;"],
      ["step:b", "const x = 1;"],
    ],
    ["TL013 c0:1"],
  ],
  [
    "a circle, on all its cells and nothing else",
    [
      ["step:a", "let x = 1;"],
      ["step:b", "const y = x + 1;"],
      ["step:a", "const z = y * 2;"],
      ["step:c", "const w = z;"],
    ],
    ["TL020 c0:1", "TL020 c1:1", "TL020 c2:1"],
  ],
  [
    "a circle of after: tags",
    [
      ["step:a after:b", "const x = 1;"],
      ["step:b after:a", "const y = 1;"],
    ],
    ["TL020 c0:1", "TL020 c1:1"],
  ],
  [
    "a value read between two changes of one step",
    [
      ["step:a", "let n = 1;"],
      ["step:b", "console.log(n);"],
      ["step:a", "n = 2;"],
    ],
    ["TL021 c1:1"],
  ],
  [
    "a function that a call returned",
    [
      ["step:a", "const adder = (n: number) => (x: number) => x + n;\nconst addTwo = adder(2);"],
      ["step:b", "const five = addTwo(3);"],
    ],
    ["TL030 c1:1"],
  ],
  [
    "a stream",
    [
      ["step:a", 'import { createReadStream } from "node:fs";\nconst stream = createReadStream("x");'],
      ["step:b", "stream.close();"],
    ],
    ["TL031 c1:1"],
  ],
  [
    "an instance of a class with private fields, its base's too",
    [
      [
        "",
        'class Base { #x = 1; get x() { return this.#x; } }\nclass Sub extends Base { y = "#no"; }\nclass Plain { z = "#no"; /* #no */ }',
      ],
      ["step:a", "const list = [new Sub()];\nconst map = new Map<string, Plain>();\nlist[0]!.x;"],
      ["step:b", "list.length + map.size;"],
    ],
    ["TL033 c2:1"],
  ],
  [
    "an instance of a class that uses what a step makes",
    [
      [
        "step:a",
        "const names: string[] = [];\nclass Keeper { keep(name: string) { names.push(name); } }\nconst keeper = new Keeper();",
      ],
      ["step:b", "keeper.keep('x');"],
    ],
    ["TL033 c1:1"],
  ],
  [
    "a step that changes setup",
    [
      ["setup", "const cache = new Map<string, number>();"],
      ["step:a", 'cache.set("a", 1);'],
    ],
    ["TL040 c1:1"],
  ],
  [
    "a parameter twice",
    [
      ["parameters", "const n = 1;"],
      ["step:a", 'import { param } from "tagline";\nconst m = param("n", 2);'],
    ],
    ["TL041 c1:2"],
  ],
  [
    "a default outside its range",
    [
      ["parameters", 'import { param } from "tagline";\nconst n = param("n", 1, { min: 2 });'],
      ["step:a", "console.log(n);"],
    ],
    ["TL042 c0:2"],
  ],
  [
    "setup that needs a step",
    [
      ["step:a", "const x = 1;"],
      ["setup", "const twice = x * 2;"],
      ["step:b", "console.log(twice);"],
    ],
    ["TL043 c1:1"],
  ],
];

test.each(PROBLEMS)("reports %s", (_, cells, expected) => {
  expect(problems(compile(cells))).toEqual(expected);
});

test("steps of a circle stay in the plan, and those behind them come last", () => {
  const { plan } = compile([
    ["step:c", "const w = z;"],
    ["step:a", "let x = 1;"],
    ["step:b", "const y = x + 1;"],
    ["step:a", "const z = y * 2;"],
  ]);
  expect(plan.steps.map((step) => step.name)).toEqual(["a", "b", "c"]);
});

test("a Python notebook gets one sentence", () => {
  const { plan, diagnostics } = compile([["step:a", "print(1)"]], "python");
  expect(plan.steps).toEqual([]);
  expect(diagnostics.map(({ code, message }) => [code, message.split(";")[0]])).toEqual([
    ["TL007", "This notebook is written in python"],
  ]);
});

test("the fix of a hidden value tags the cell that makes it", () => {
  const compiled = compile([
    ["mine", "const rows = [{ a: 1 }];"],
    ["step:use", "const n = rows.length;"],
  ]);
  const fix = { title: "Tag cell 1 as step:use", cellId: "c0", addTags: ["step:use"], removeTags: [] };
  expect(compiled.diagnostics.map((diagnostic) => diagnostic.fix)).toEqual([fix, fix]);
});

test("a constant that two steps use is mended by setup", () => {
  const compiled = compile([
    ["", "const factor = 3;"],
    ["step:a", "const x = factor;"],
    ["step:b", "const y = factor;"],
  ]);
  expect(new Set(compiled.diagnostics.map(({ fix }) => fix?.title))).toEqual(new Set(["Tag cell 1 as setup"]));
});

test("a Plan lists steps in an order that respects edges, with needs, gives, params and metrics", () => {
  const { plan } = compile([
    [
      "parameters",
      'import { metric, param } from "tagline";\nconst units = param("units", 16, { choices: [8, 16] });\nconst idle = param("idle", 1);',
    ],
    ["step:load", "const rows = [1, 2, 3];"],
    ["step:train", "const fitted = rows.map((row) => row * units);"],
    ["step:train", 'const rate = param("rate", 0.1, { min: 0, max: 1, description: "of learning" });'],
    ["step:evaluate", 'metric("size", fitted.length + rows.length);', { cache: false }],
  ]);
  expect(plan.steps.map(({ codeHash, ...step }) => step)).toEqual([
    { name: "load", cells: ["c1"], needs: [], gives: ["rows"], params: [], metrics: [], options: {} },
    {
      name: "train",
      cells: ["c2", "c3"],
      needs: [{ name: "rows", from: "load", type: "number[]" }],
      gives: ["fitted"],
      params: ["rate", "units"],
      metrics: [],
      shared: [{ cellId: "c0", hash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      options: {},
    },
    {
      name: "evaluate",
      cells: ["c4"],
      needs: [
        { name: "fitted", from: "train", type: "number[]" },
        { name: "rows", from: "load", type: "number[]" },
      ],
      gives: [],
      params: [],
      metrics: ["size"],
      options: { cache: false },
    },
  ]);
  expect(
    plan.params.map(({ name, default: value, choices, min, max, description }) => [
      name,
      value,
      choices,
      min,
      max,
      description,
    ]),
  ).toEqual([
    ["units", 16, [8, 16], undefined, undefined, undefined],
    ["idle", 1, undefined, undefined, undefined, undefined],
    ["rate", 0.1, undefined, 0, 1, "of learning"],
  ]);
});

test("a step's code hash follows its code, not its comments, and the code that it reaches", () => {
  const cells = (body: string, helper: string): Cell[] => [
    ["", helper],
    ["step:a", body],
    ["step:b", "const other = 1;"],
  ];
  const hashes = (body: string, helper: string): (string | undefined)[] =>
    compile(cells(body, helper)).plan.steps.map((step) => step.codeHash);
  const [a, b] = hashes("const x = f(1);", "function f(n: number) { return n; }");
  expect(hashes("const x = f(1); // said", "// said\nfunction f(n: number) {\n  return n;\n}")).toEqual([a, b]);
  expect(hashes("const x = f(2);", "function f(n: number) { return n; }")).toEqual([
    expect.not.stringMatching(`^${a?.replaceAll("+", "\\+")}$`),
    b,
  ]);
  expect(hashes("const x = f(1);", "function f(n: number) { return n + 1; }")).toEqual([
    expect.not.stringMatching(`^${a?.replaceAll("+", "\\+")}$`),
    b,
  ]);
});

test("an option that a step cannot have is told with its cell and a fix", () => {
  const cells = [
    {
      cell_type: "code",
      id: "c0",
      source: "const rows = [1];",
      metadata: { tags: ["step:load"], tagline: { retrys: 2, timeoutS: "1m", cache: "1d" } },
    },
    {
      cell_type: "code",
      id: "c1",
      source: "const more = 1;",
      metadata: { tags: ["step:load"], tagline: { cache: "2d" } },
    },
    { cell_type: "code", id: "c2", source: "console.log(rows)", metadata: { tagline: { retries: 1 } } },
  ];
  const notebook = readNotebook("work/example.ipynb", JSON.stringify({ cells }));
  const { plan, diagnostics } = compilePipeline(
    notebook,
    notebookFacts(notebook.cells, { folder: process.cwd(), speed: "check" }),
  );
  expect(plan.steps[0]?.options).toEqual({ cache: "2d" });
  const tags = { addTags: [], removeTags: [] };
  expect(diagnostics).toEqual([
    {
      code: "TL008",
      severity: "warning",
      message: 'The option "retrys" means nothing to Tagline. Did you mean "retries"?',
      cellId: "c0",
      line: 1,
      fix: { title: 'Change to "retries"', cellId: "c0", ...tags, option: { from: "retrys", to: "retries" } },
    },
    {
      code: "TL009",
      severity: "error",
      message: 'The option "timeoutS" cannot be "1m": it takes seconds.',
      cellId: "c0",
      line: 1,
      fix: { title: 'Remove "timeoutS"', cellId: "c0", ...tags, option: { from: "timeoutS", to: null } },
    },
    {
      code: "TL008",
      severity: "warning",
      message:
        'Step "load" has the option "cache" twice: "1d" in cell 1, and "2d" here, which counts. Keep one of them.',
      cellId: "c1",
      line: 1,
      fix: { title: 'Remove "cache" here', cellId: "c1", ...tags, option: { from: "cache", to: null } },
    },
    {
      code: "TL008",
      severity: "warning",
      message:
        'The option "retries" belongs to a step, and this cell is in none. Move it to a cell of the step that is meant.',
      cellId: "c2",
      line: 1,
      fix: { title: 'Remove "retries"', cellId: "c2", ...tags, option: { from: "retries", to: null } },
    },
  ]);
});

test("params have formats: a date of its own, a date as text, a path", () => {
  const source = `import { param } from "tagline";
const since = param("since", new Date("2024-01-01"));
const until = param("until", "2024-12-31", { format: "date" });
const data = param("data", "rows.csv", { format: "path" });
const never = param("never", "2023-02-29", { format: "date" });`;
  const compiled = compile([
    ["parameters", source],
    ["step:a", "console.log(since, until, data, never);"],
  ]);
  expect(compiled.plan.params).toEqual([
    { name: "since", type: "string", format: "date", default: "2024-01-01T00:00:00.000Z", cellId: "c0", line: 2 },
    { name: "until", type: "string", format: "date", default: "2024-12-31", cellId: "c0", line: 3 },
    { name: "data", type: "string", format: "path", default: "rows.csv", cellId: "c0", line: 4 },
    { name: "never", type: "string", format: "date", default: "2023-02-29", cellId: "c0", line: 5 },
  ]);
  expect(problems(compiled)).toEqual(["TL042 c0:5"]);
});

test("what a step puts on globalThis or into process.env is not there in another step, and that is said", () => {
  const compiled = compile([
    ["setup", '(globalThis as any).everywhere = 1; process.env["ALL"] = "1";'],
    ["step:a", '(globalThis as any).shared = 42;\nprocess.env.MODE_X = "7"; // globalThis.never = 1'],
    ["step:b", 'const n = (globalThis as any).shared;\nconst m = [process.env["MODE_X"], (globalThis as any).shared];'],
    [
      "step:c",
      "console.log((globalThis as any).everywhere, process.env.ALL, (globalThis as any).never, process.env.HOME);",
    ],
    ["step:d", "(globalThis as any).shared = 1; console.log((globalThis as any).shared === 1);"],
  ]);
  expect(problems(compiled)).toEqual(["TL034 c2:1", "TL034 c2:2"]);
  expect(compiled.diagnostics.map(({ message }) => message)).toEqual([
    '"globalThis.shared" is set in cell 2, of step "a"; each step runs in a process of its own, so that step "b" does not see it. Make it a top-level value (const shared = …), or set it in a setup cell.',
    '"process.env.MODE_X" is set in cell 2, of step "a"; each step runs in a process of its own, so that step "b" does not see it. Set it in a setup cell, or as this step\'s option "environment".',
  ]);
});

test("a class or function that a step changes in place loses the change in other steps, and that is said", () => {
  const registry: Cell = [
    "step:a",
    "class Reg { static items: string[] = []; static add(item: string) { Reg.items.push(item); } static parse(s: string) { return Number(s); } }\nReg.add('a');\nReg.parse('1');",
  ];
  const compiled = compile([registry, ["step:b", "console.log(Reg.items.length);"]]);
  expect(problems(compiled)).toEqual(["TL035 c0:2"]);
  expect(compiled.diagnostics[0]?.message).toBe(
    'Step "a" changes the class "Reg" in place, and step "b" gets it as cell 1 declares it: code goes from step to step as source, without what changed. Keep what changes in a top-level value of its own, or make the change in a setup cell.',
  );
  expect(problems(compile([registry, ["step:b", "console.log(1);"]]))).toEqual([]);
  expect(problems(compile([registry, ["step:a", "Reg.add('b');"]]))).toEqual([]);
});

test("a module that a step imported by a call cannot cross, what it gives can", () => {
  const use: Cell = ["step:b", "console.log(path);"];
  expect(problems(compile([["step:a", "const path = await import('node:path');"], use]))).toEqual(["TL031 c1:1"]);
  expect(problems(compile([["step:a", "const path = (await import('node:path')).sep;"], use]))).toEqual([]);
});
