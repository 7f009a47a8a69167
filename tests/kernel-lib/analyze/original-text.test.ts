// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { expect, test } from "vitest";
import { originalText } from "../../../kernel-lib/src/analyze/original-text.js";
import { Session } from "./session.js";

test.each([
  ["const scale = 2", "(d) => d.x * scale", "(d) => d.x * scale"],
  ["const f = (x) => x", "(d) => f(d.x)", "(d) => f(d.x)"],
  ["const f = (x) => x", "(d) => f?.(d.x)", "(d) => f?.(d.x)"],
  ["class A {}", "() => new A()", "() => new A()"],
  ["", "class A { #n = 1; }; A", "class A {\n    #n = 1;\n}"],
  ["const tag = String.raw", "(d) => tag`a${d}`", "(d) => tag `a${d}`"],
  ["const x = 1", "() => ({ x })", "() => ({ x })"],
  ["const x = 1, y = 2", "() => ({ x, y })", "() => ({ x, y })"],
  ["let x = 1", "() => { x = 2; x++; }", "() => { x = 2; x++; }"],
  ["const größe = 1, $ = 2, $a = 3", "() => größe + $ + $a", "() => größe + $ + $a"],
  ["const o: any = { v: { v: 1 } }", "() => o.v.v", "() => o.v.v"],
  ["", "() => import('node:fs')", "() => import('node:fs')"],
  ["", "() => require('node:fs')", "() => require('node:fs')"],
  ["const f = (x) => x, g = f", "(d) => f(g(d))", "(d) => f(g(d))"],
])("after %j, the text of %s is %s", async (before, fn, text) => {
  const session = new Session();
  await session.run(before);
  expect(originalText(String(await session.run(fn)))).toBe(text);
});

test("originalText() leaves other text alone", () => {
  const text = "(d) => d.tl$x + d.v + 'v'";
  expect(originalText(text)).toBe(text);
});

test("arquero parses what a derive expression says in its original text", async () => {
  const session = new Session();
  await session.runAll(
    "import { table, op, escape } from 'arquero'",
    "const scale = 10; const dt = table({ x: [1, 4, 9] })",
  );
  // What `track` does for a kernel: every function shows its original text.
  const native = Function.prototype.toString;
  Function.prototype.toString = function (this: unknown): string {
    return originalText(native.call(this));
  };
  try {
    expect(await session.run("dt.derive({ r: (d) => op.sqrt(d.x) }).array('r')")).toEqual([1, 2, 3]);
    expect(await session.run("dt.params({ scale }).derive({ r: (d, $) => d.x * $.scale }).array('r')")).toEqual([
      10, 40, 90,
    ]);
    expect(await session.run("dt.filter((d) => op.mean(d.x) < d.x).array('x')")).toEqual([9]);
    expect(await session.run("dt.derive({ r: escape((d) => d.x * scale) }).array('r')")).toEqual([10, 40, 90]);
  } finally {
    Function.prototype.toString = native;
  }
});
