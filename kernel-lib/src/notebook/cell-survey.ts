/**
 * What a cell's text shows beyond its facts: the calls that it makes and the literals that it holds. Plain JSON, made by
 * `analyze` from the text alone; `suggest` reads what a cell does from it.
 */
export interface CellSurvey {
  /** Calls and `new` expressions in the order of the text, bodies of functions included. */
  readonly calls: readonly CallSurvey[];
  readonly literals: readonly LiteralSurvey[];
  /** Top-level variables, one for each plain name that is given a literal, or something made of literals alone. */
  readonly constants: readonly ConstantSurvey[];
  /** Literals that a plain name is compared with (`mode === "fast"`, `switch (mode) { case "fast": }`). */
  readonly comparisons: readonly { readonly name: string; readonly value: unknown }[];
  /** Plain names that index or slice something, or bound a counting loop: whole numbers from 0. */
  readonly counts: readonly string[];
  /** Plain names that are assigned to after their declaration. */
  readonly assigned: readonly string[];
  /** Numbers by their property's name (`{ epochs: 20 }`), outside of `param` calls. */
  readonly properties: readonly { readonly name: string; readonly value: number; readonly line: number }[];
  /** 1-based lines that assign to a member of a global object (`process.env.TZ = "UTC"`). */
  readonly globalWrites: readonly number[];
  /** Indexes of statements that only show something: a name, a literal, a template, an object of such. */
  readonly shown: readonly number[];
  /** Indexes of statements that name a chart: an object with `mark` and `encoding`, a Vega schema. */
  readonly charts: readonly number[];
}

export interface CallSurvey {
  /** As written, without arguments: `fs.readFileSync`, `rows.filter().map`, `new Database`. */
  readonly callee: string;
  /** Index of its top-level statement. */
  readonly statement: number;
  readonly line: number;
  /** The first argument: its text if it is a string literal, a plain name as `{ name }`, else null. */
  readonly first: string | { readonly name: string } | null;
  readonly arguments: number;
  /** True in the body of a function that is not run with the statement. */
  readonly later: boolean;
}

export interface LiteralSurvey {
  readonly text: string;
  readonly line: number;
  /** The variable, property or parameter that holds it, if that is plain to see. */
  readonly holder: string | null;
}

export interface ConstantSurvey {
  readonly name: string;
  readonly statement: number;
  readonly line: number;
  /** The JSON value; absent if the initialiser is more than a JSON literal. */
  readonly value?: unknown;
  /** The initialiser's text, on one line if it is short. */
  readonly text: string;
  /** Literals of its type annotation (`"fast" | "exact"`). */
  readonly allowed: readonly unknown[];
  /** The comment behind it on its line, or right above it. */
  readonly comment: string | null;
  readonly declared: "const" | "let" | "var";
}
