// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { afterAll, expect, test, vi } from "vitest";
import type { CellCompiler } from "../../../kernel-lib/src/analyze/cell-compiler.js";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { emptyScope } from "../../../kernel-lib/src/analyze/scope/needed-declarations.js";
import { CellExecutor } from "../../../kernel-lib/src/kernel/cell-executor.js";
import { createRandom } from "../../../kernel-lib/src/track/random.js";

// The first cell loads TypeScript's libraries.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-loops-"));
const checking = createCellCompiler({ folder });
/** The code of the last cell, and no type errors: generated code compares what no person would. */
let code = "";
const compiler: CellCompiler = {
  ...checking,
  compile(...given) {
    const compiled = { ...checking.compile(...given), diagnostics: [] };
    code = compiled.code;
    return compiled;
  },
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quiet = { stream: () => {}, display: () => {} };
const names = ["a", "b", "s", "list", "o"];
const setup = 'let a = 3, b = 10; let s = "x"; const list = [1, 2, 3, 4]; let o = { n: 1 };';
const closures = "const peek = () => a + b; const poke = () => { b += 2; return b; };";
const state = `JSON.stringify([${names.join(", ")}])`;

interface Observed {
  readonly error: string | null;
  readonly facts: readonly (readonly string[])[];
  readonly state: unknown;
}

/** What a cell does to the session that the cells before it made. */
async function observe(before: readonly string[], cell: string): Promise<Observed> {
  const executor = new CellExecutor({ folder, compiler });
  const run = (text: string) => executor.execute({ code: text, cellId: null, tags: [], label: "cell", output: quiet });
  for (const text of before) await run(text);
  const { failure, trace } = await run(cell);
  const seen = code;
  const after = await run(state);
  code = seen;
  const facts = trace === null ? [] : [trace.reads, trace.writes, trace.mutates];
  return { error: failure?.evalue ?? null, facts, state: after.value?.[0] };
}

async function bare(before: readonly string[], cell: string): Promise<Omit<Observed, "facts">> {
  const script = `(() => { "use strict"; ${before.join("\n")}\nlet error = null; try { ${cell}\n } catch (e) { error = e; } return { error, state: ${state} }; })()`;
  const { error, state: after } = runInThisContext(script) as { error: unknown; state: unknown };
  return { error: error === null ? null : error instanceof Error ? error.message : String(error), state: after };
}

/** A loop over the names of `setup` that ends. */
function randomLoop(random: () => number, calls: readonly string[]): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let counters = 0;
  const value = (): string =>
    pick([
      "a",
      "b",
      "s",
      "i0",
      "2",
      "list[a & 3]",
      "o.n",
      "a++",
      "--b",
      "Math.max(a, b)",
      "`${s}.`.length",
      "(a, b)",
      "typeof s",
      ...calls,
    ]);
  const condition = (): string =>
    `${pick(["a", "b", "i0", "s.length", "o.n"])} ${pick(["<", ">", "%"])} ${Math.ceil(random() * 20)}`;
  const statement = (depth: number): string => {
    const simple = [
      () => `a += ${value()};`,
      () => `b = ${value()};`,
      () => `a = b = ${value()};`,
      () => `s += ${value()};`,
      () => "a++;",
      () => "b--, --a;",
      () => `list[b & 3] = ${value()};`,
      () => "o = { n: a };",
      () => `o.n = ${value()};`,
      () => "a ||= 7;",
      () => "[a, b] = [b, a];",
      () => `if (${condition()}) break;`,
      () => `if (${condition()}) continue;`,
      () => `if (${condition()}) ${pick(["break", "continue"])} outer;`,
      () => `if (${condition()}) throw "stop " + ${value()};`,
      () => `if (${condition()}) { ${statement(0)} } else { ${statement(0)} }`,
      () => `try { ${statement(0)} } finally { ${pick(["a++;", "s += b;", ""])} }`,
      () => `switch (a & 3) { case 0: ${pick(["b++;", "s += 1;"])} break; default: ${pick(["a += 2;", ""])} }`,
      () => `const t = ${value()}; b = t;`,
    ];
    return depth > 0 && random() < 0.5 ? loop(depth - 1) : pick(simple)();
  };
  const loop = (depth: number): string => {
    const i = `i${counters++}`;
    const count = 1 + Math.floor(random() * 3);
    const body = Array.from({ length: count }, () => `{ ${statement(depth)} }`).join(" ");
    const steps = Math.floor(random() * 6);
    return pick([
      `for (let ${i} = 0; ${i} < ${steps}; ${i}++) { ${body} }`,
      `for (const ${i} of list) { ${body} }`,
      `for (const ${i} in o) { ${body} }`,
      `{ let ${i} = 0; while (${i} < ${steps} && ${i}++ < 9) { ${body} } }`,
      `{ let ${i} = 0; do { ${body} } while (++${i} < ${steps}); }`,
    ]);
  };
  const body = [statement(2), statement(2), statement(1)].map((text) => `{ ${text} }`).join("\n");
  return `outer: for (let i0 = 0; i0 < ${Math.floor(random() * 8)}; i0++) {\n${body}\n}`.replaceAll("i0 of", "x of");
}

test.each([
  ["no function knows the names", [setup], []],
  ["functions know the names", [setup, closures], []],
  ["functions that know the names are called", [setup, closures], ["peek()", "poke()"]],
] as const)(
  "generated loops do what the live names and bare JavaScript do, where %s",
  async (_title, before, calls) => {
    const random = createRandom(before.length * 100 + calls.length);
    let quick = 0;
    for (let count = 0; count < 25; count += 1) {
      const loop = randomLoop(random, calls);
      const ours = await observe(before, loop);
      if (code.includes(".enter()")) quick += 1;
      // In a function the names stay live.
      expect({ loop, ...ours }).toEqual({ loop, ...(await observe(before, `(() => { ${loop} })();`)) });
      const { error, state: after } = ours;
      expect({ loop, error, state: after }).toEqual({ loop, ...(await bare(before, loop)) });
    }
    if (calls.length === 0) expect(quick).toBeGreaterThan(10);
  },
);

const emitted = (cell: string, ...before: readonly string[]): string => {
  const scope = before.reduce((seen, source) => checking.compile(source, seen).scope, emptyScope);
  return checking.compile(cell, scope).code;
};

test.each([
  [
    "a sum over an earlier cell's variable",
    "for (let i = 0; i < 9; i++) total += i % 7;",
    ["let total = 0"],
    ["total"],
  ],
  ["a sum over this cell's variable", "let total = 0; for (let i = 0; i < 9; i++) total += i;", [], ["total"]],
  ["var in the loop's head", "for (var i = 0; i < 9; i++);", [], ["i"]],
  [
    "a variable that a closure reads, in a loop that calls nothing",
    "while (n < 9) n++;",
    ["let n = 0; const f = () => n"],
    ["n"],
  ],
  [
    "a variable that a closure reads, in a loop with calls",
    "while (n < 9) n += Number({});",
    ["let n = 0; const f = () => n"],
    [],
  ],
  [
    "a constant that a closure reads, in a loop with calls",
    "for (const x of list) list.includes(x);",
    ["const list = [1]; const f = () => list"],
    ["list"],
  ],
  [
    "a closure of the loop itself",
    "for (let i = 0; i < 3; i++) { total += i; fs.push(() => total); }",
    ["let total = 0; const fs = []"],
    [],
  ],
  ["an await", "for (let i = 0; i < 3; i++) { total += i; await null; }", ["let total = 0"], []],
  [
    "a loop in one that awaits",
    "for (let i = 0; i < 3; i++) { await null; for (let j = 0; j < 3; j++) total += j; }",
    ["let total = 0"],
    ["total"],
  ],
  ["a call of the person's", "for (let i = 0; i < 3; i++) total += f(i);", ["let total = 0; const f = (x) => x"], []],
  ["a loop in a function", "const f = () => { for (let i = 0; i < 3; i++) total += i; };", ["let total = 0"], []],
  ["a pattern", "for (let i = 0; i < 3; i++) [total] = [i];", ["let total = 0"], []],
])("a loop's local variables, with %s", (_title, cell, before, expected) => {
  const found = [...emitted(cell, ...before).matchAll(/tl\$(\w+)\.leave\(/g)].map(([, name]) => name);
  expect(found).toEqual(expected);
});

test("a loop that fails leaves what it did, and the facts of it", async () => {
  const cell = "for (let i = 0; ; i++) { if (i > 4) (undefined as any).x; a += i; }";
  expect(await observe([setup], cell)).toEqual({
    error: "Cannot read properties of undefined (reading 'x')",
    facts: [["a"], ["a"], []],
    state: '[13,10,"x",[1,2,3,4],{"n":1}]',
  });
});

test("what a loop changes in place through its local variable is seen", async () => {
  const cell = "for (const key in o) { o[key] += 1; list[0] = 1; list[1] = 9; }";
  expect(await observe([setup], cell)).toEqual({
    error: null,
    facts: [["list", "o"], [], ["list", "o"]],
    state: '[3,10,"x",[1,9,3,4],{"n":2}]',
  });
});

test("a loop that does not run reads and writes nothing", async () => {
  expect((await observe([setup], "for (let i = 0; i < 0; i++) { a += b; s = 'y'; o.n = 2; }")).facts).toEqual([
    [],
    [],
    [],
  ]);
});

test("a loop that writes a name before it reads it reads nothing", async () => {
  expect((await observe([setup], "for (let i = 0; i < 3; i++) { a = i; b += a; }")).facts).toEqual([
    ["b"],
    ["a", "b"],
    [],
  ]);
});
