import type { CellFacts } from "../notebook/cell-facts.js";

/**
 * The one cell compiler. The kernel runs `code`; `tagline trace` and the pipeline read `facts`.
 *
 * ## What `code` is
 * The text of one expression, an async function taking the session's bindings:
 * `(async function ($tl) { "use strict"; … })`. It uses nothing else of Tagline.
 * - `const tl$x = $tl.ref("x")` once for each top-level name it touches; reading is `tl$x.v`, writing `tl$x.v = …`.
 *   A called name is `(0, tl$f.v)(…)`. `originalText` undoes exactly these forms, so that a function's `toString()` is the person's own.
 * - A loop outside functions runs on local variables where nobody else can see the names meanwhile (`loopLocals`):
 *   `{ let tl0$x = tl$x.enter(), tl1$x = false, tl2$x = false; try { … } finally { tl$x.leave(tl0$x, tl1$x, tl2$x); } }`; the flags say
 *   that the name was read, and written. A loop that is stopped by force never leaves: its names keep the values that they had before it.
 * - `let x;` and `var x;` are `tl$x.declare()`: the name has the value undefined, but nothing was written unless it had another.
 * - A cell that says `globalThis` begins with `$tl.lookAround()`: it may change any object without reading its name.
 * - A class with private fields ends in a static block that hands `$tl.fields` a way to read them.
 * - Functions, classes, enums and namespaces, and `const f = () => …`, stay declarations (names are inferred as in
 *   JavaScript) and are published to their binding: functions at the top, the others right after their statement.
 * - `import` becomes `await $tl.import("specifier", [names that must be there])`, `import("x")` becomes `$tl.import("x")`, `require` is `$tl.require`, `module` is `$tl.module`.
 * - If the last statement is an expression, the function resolves to `[value]`, else to `undefined`.
 */
export interface CompiledCell {
  readonly code: string;
  /** Source map (v3, JSON) from `code` to the cell's source. */
  readonly map: string;
  readonly facts: CellFacts;
  /** Syntax and type errors; empty means that the cell may run. */
  readonly diagnostics: readonly CellDiagnostic[];
  /** What the next cell sees if this one runs. */
  readonly scope: SessionScope;
}

export interface CellDiagnostic {
  readonly message: string;
  /** TypeScript's number, as in TS2322. */
  readonly code: number;
  /** 1-based, end exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The declarations that earlier cells left, by name. Immutable. */
export interface SessionScope {
  readonly names: ReadonlyMap<string, ScopeName>;
  /** What functions of the session may do with names at any time. Default: nothing. */
  readonly captured?: CapturedNames;
}

/** Session names that functions and classes of cells know, whether or not those cells ended well. */
export interface CapturedNames {
  readonly read: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
}

export interface ScopeName {
  readonly name: string;
  /** TypeScript declaration text, `declare let rows: Row[];`. */
  readonly declaration: string;
  /** Names the declaration mentions, to be declared with it. */
  readonly mentions: readonly string[];
  /** False for interfaces and type aliases. */
  readonly hasValue: boolean;
  /** Methods of this class that change their instance: its declaration has no bodies that could tell. */
  readonly mutatingMethods?: readonly string[];
  /** Parameters that this function changes in place: the value itself (0), what it holds (1), or deeper down (2). */
  readonly mutatesParams?: readonly { readonly index: number; readonly depth: 0 | 1 | 2 }[];
  /** Names and parameters (`#0`) that what this function returns may share: the value itself, what it holds, anything inside. */
  readonly returns?: readonly [itself: readonly string[], held: readonly string[], anywhere: readonly string[]];
}

export interface CompileOptions {
  /** Tags of the cell (a `parameters` cell's literals are params). */
  readonly tags?: readonly string[];
  /** `check` (default) with types; `bind` only names. */
  readonly speed?: "bind" | "check";
}

export interface CellCompiler {
  compile(source: string, scope: SessionScope, options?: CompileOptions): CompiledCell;
  /** Completion at a UTF-16 offset. */
  complete(source: string, offset: number, scope: SessionScope): Completions;
  /** Type and documentation at a UTF-16 offset, or null. */
  inspect(source: string, offset: number, scope: SessionScope): Inspection | null;
  isComplete(source: string): { readonly status: "complete" | "incomplete" | "invalid"; readonly indent: string };
}

export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly { readonly name: string; readonly kind: string }[];
}

export interface Inspection {
  /** `const x: number` */
  readonly signature: string;
  /** Markdown. */
  readonly documentation: string;
}
