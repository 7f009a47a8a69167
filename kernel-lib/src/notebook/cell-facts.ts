/**
 * What the cell compiler knows of one cell, as plain JSON. Pure data: made by `analyze`, folded by
 * `pipeline/compile` (also in the browser), cached by source hash.
 *
 * "Top-level name" means a name visible to other cells. A name that an inner function or block
 * declares is never listed.
 */
export interface CellFacts {
  readonly version: 1;
  /** sha256 (hex) of the source text as it stands. */
  readonly sourceHash: string;
  /** sha256 (hex) of the code's tokens, joined by one space: comments and white space do not count. */
  readonly canonicalHash: string;
  /** Top-level statements in order; together they cover all code of the cell. */
  readonly statements: readonly StatementFacts[];
  /** Import bindings, flat, in order. */
  readonly imports: readonly ImportFacts[];
  /** Top-level names declared by this cell other than by import, in order. */
  readonly declarations: readonly DeclarationFacts[];
  /**
   * Names from outside the cell that its immediate code may read: code that runs with the cell,
   * inline callbacks included, bodies of named functions and classes not (see
   * `DeclarationFacts.free`). Names of JavaScript's and Node's globals are left out unless another
   * cell's declaration shadows them (the folder decides: see `globals`).
   */
  readonly reads: readonly NameUse[];
  /** Outside names that look like globals (`Math`, `console`, `fetch`). Another cell may shadow them. */
  readonly globals: readonly NameUse[];
  /** Outside names the immediate code assigns (`x = 1`, `x++`, `[x] = …`). */
  readonly assigns: readonly NameUse[];
  /**
   * Names (outside ones and this cell's own) whose value the immediate code may change in place: `x.a = 1`,
   * `x.push()`, `delete x.a`, `Object.assign(x)`, `model.fit()`, or an argument at a position that
   * a function of this cell mutates.
   */
  readonly mutates: readonly NameUse[];
  /** Calls of named top-level functions with plain names as arguments; for mutation across functions. */
  readonly calls: readonly CallFacts[];
  /** `param("name", default, options)` calls, and in a `parameters` cell plain literals too. */
  readonly params: readonly ParamFacts[];
  /** `secret("NAME")` calls with a literal name. Absent where there are none. */
  readonly secrets?: readonly SecretFacts[];
  /** `model("name", { predict, … })` calls with a literal name. Absent in records made before there were any. */
  readonly models?: readonly ModelFacts[];
  /** 1-based lines of `model(…)` calls whose name or `predict` cannot be read. Absent where there are none. */
  readonly unreadModels?: readonly number[];
  /** Literal names of `metric("name", …)` calls. */
  readonly metrics: readonly string[];
  /** String literals that look like a path of a file (they have an extension or a slash, no URL scheme). */
  readonly paths: readonly string[];
  /** Range of the last statement if it is an expression whose value the notebook shows. */
  readonly lastExpression: Range | null;
  /** 1-based lines that begin inside a template literal: indenting them would change the program. */
  readonly fixedLines: readonly number[];
  /** Syntax errors. Type errors belong to `compileCell`'s diagnostics. */
  readonly errors: readonly FactError[];
}

/** Half-open range of UTF-16 offsets into the cell's source, with its 1-based first line. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** A name, and the first place where it is used (1-based line and column). */
export interface NameUse {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

export interface StatementFacts {
  /** From the leading comments that belong to the statement to its end (its `;` included). */
  readonly range: Range;
  /** sha256 (hex) of the statement's tokens, joined by one space (as `CellFacts.canonicalHash`). */
  readonly hash: string;
  /** Offset where the code itself begins, after leading comments: `export ` may be spliced in here. */
  readonly codeStart: number;
  /**
   * `import`: an import declaration. `type`: interface or type alias. `function`: function
   * declaration, or `const f = () => …` / `const f = function …` with one declarator. `class`, `enum`, `namespace`.
   * `variable`: any other `const`/`let`/`var`. `expression`: everything else that runs.
   */
  readonly kind: "import" | "type" | "function" | "class" | "enum" | "namespace" | "variable" | "expression";
  /** Top-level names it declares. */
  readonly declares: readonly string[];
  /** True if the statement already has an `export` modifier. */
  readonly exported: boolean;
  /** Names (of this cell or outside, never globals that nobody shadows) that running it may read. */
  readonly reads: readonly string[];
  /** Names it mentions in type positions only. */
  readonly types: readonly string[];
}

export interface ImportFacts {
  /** The name in the cell. */
  readonly local: string;
  /** The name in the module; `*` for a namespace, `default` for a default import. */
  readonly imported: string;
  readonly specifier: string;
  /** `import type`, or used in type positions alone. */
  readonly typeOnly: boolean;
}

export interface DeclarationFacts {
  readonly name: string;
  readonly kind: "const" | "let" | "var" | "function" | "class" | "enum" | "namespace" | "type";
  /** Index into `statements`. */
  readonly statement: number;
  /** True for functions, arrow functions bound by `const`, and classes: they cross steps as source. */
  readonly functionLike: boolean;
  /** functionLike: outside names (this cell's other top-level ones included) its body may read when called. */
  readonly free: readonly string[];
  /** functionLike: outside names its body assigns when called. */
  readonly assigns: readonly string[];
  /** functionLike: outside names its body may change in place when called. */
  readonly mutates: readonly string[];
  /** functionLike: calls of named top-level functions with plain names as arguments. Parameters of this function are given as `#0`, `#1`… */
  readonly calls: readonly CallFacts[];
  /** functionLike: indices of parameters that its body may change in place. */
  readonly mutatesParams: readonly number[];
  /** Names mentioned in its type annotations. */
  readonly types: readonly string[];
  /** Names whose objects this value may share (they occur in its initialiser and the type is not primitive). */
  readonly aliases: readonly string[];
  /** The checker's type as text; null at `bind` speed. */
  readonly type: string | null;
  /**
   * `primitive`: string, number, boolean, bigint, null, undefined, unions of them.
   * `immutable`: arquero tables, tensors. `callable`: the type has call signatures.
   * `unstorable`: sockets, streams, promises, iterators, weak maps, symbols. `object`: the rest. `unknown`: any, or at `bind` speed.
   */
  readonly shape: "primitive" | "immutable" | "callable" | "unstorable" | "object" | "unknown";
}

/** A call of `callee` (a top-level name) with `args[i]` the plain name given at position i, or null. */
export interface CallFacts {
  readonly callee: string;
  readonly args: readonly (string | null)[];
}

export interface ParamFacts {
  /** The parameter's name as given to `-p`. */
  readonly name: string;
  /** The variable that holds it, if it is bound directly. */
  readonly variable: string | null;
  /** The default as a JSON value; absent if it is not a literal. */
  readonly default?: unknown;
  readonly type: "number" | "string" | "boolean" | "json";
  /** Of text: `date` (ISO 8601, a day or a moment; a `Date` in the code where the default is one), `path` of a file or folder that is there. */
  readonly format?: "date" | "path";
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly unknown[];
  readonly description?: string;
  /** False for `const units = 16` in a `parameters` cell (papermill's way): the initialiser is then at `initializer`. */
  readonly explicit: boolean;
  readonly initializer: Range;
  readonly line: number;
}

/** A `secret("NAME")` call. */
export interface SecretFacts {
  readonly name: string;
  readonly range: Range;
}

/** A `model("penguins", { predict, reference, target, metrics })` call. */
export interface ModelFacts {
  readonly name: string;
  readonly line: number;
  /** Offset right behind the call's last argument: `, hidden` may be spliced in here. */
  readonly lastArgumentEnd: number;
  readonly predict: /** A top-level function of the notebook, `{ predict }` or `{ predict: classify }`. */
    | { readonly kind: "name"; readonly name: string }
    /** A function written in the call; `method`: as `predict(row) { … }`. */
    | {
        readonly kind: "inline";
        readonly range: Range;
        readonly free: readonly string[];
        readonly types: readonly string[];
        readonly method?: boolean;
      };
  /** JSON Schema (2020-12) of the row that `predict` takes, and of what it gives; null at `bind` speed. */
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
  /** True if `predict` takes an array of rows and gives an array: the schemas are those of one element. */
  readonly takesRows?: boolean;
}

/** The part of JSON Schema that TypeScript's types need. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly title?: string;
}

export interface FactError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly code: number;
}
