import type TS from "typescript";
import type { CellFacts, FactError, NameUse, StatementFacts } from "../../notebook/cell-facts.js";
import { readRole } from "../../notebook/tags.js";
import type { SessionScope } from "../cell-compiler.js";
import { toCellDiagnostic } from "../diagnostics.js";
import type { SessionNames } from "../names/session-names.js";
import type { ParsedCell } from "../parse-cell.js";
import { ts } from "../typescript.js";
import { callFacts } from "./calls.js";
import { canonicalHash, sha256 } from "./canonical-hash.js";
import { declarationFacts } from "./declarations.js";
import { deferredNodes, functionLikes } from "./deferred.js";
import type { FactContext } from "./fact-context.js";
import { fixedLines } from "./fixed-lines.js";
import { collectFlows } from "./flows.js";
import { type FunctionUses, functionUses } from "./function-uses.js";
import { importFacts } from "./imports.js";
import { modelFacts } from "./models.js";
import { methodsOf, ownMethods } from "./own-methods.js";
import { paramFacts } from "./params.js";
import { createPlaces, type Places } from "./places.js";
import { createRoots } from "./roots.js";
import { type ScopeChanges, scopeChanges } from "./scope-changes.js";
import { secretFacts } from "./secrets.js";
import { statementShape } from "./statements.js";
import { metricNames, pathLiterals } from "./strings.js";
import { createTypeKnowledge, nothingKnown } from "./type-knowledge.js";
import { collectUses, type Uses } from "./uses.js";

/** A cell's program, ready to be looked at. */
export interface FactInput {
  readonly cell: ParsedCell;
  readonly file: TS.SourceFile;
  readonly statementCount: number;
  readonly names: SessionNames;
  readonly checker: TS.TypeChecker;
  readonly speed: "bind" | "check";
  readonly tags: readonly string[];
  /** What earlier cells left. */
  readonly scope: SessionScope;
  /** Names that other cells declare, as far as that is known. */
  readonly elsewhere: ReadonlySet<string>;
}

export interface FactOutput {
  readonly facts: CellFacts;
  /** What later cells must know of this one's functions and classes, by name. */
  readonly changes: ReadonlyMap<string, ScopeChanges>;
}

/** The record of facts that CellFacts describes, and what goes on into the scope. */
export function cellFactsOf(input: FactInput): FactOutput {
  const { cell, file, checker } = input;
  const statements = file.statements.slice(0, input.statementCount);
  const functions = functionLikes(statements);
  const context: FactContext = {
    file,
    names: input.names,
    checker,
    types: input.speed === "check" ? createTypeKnowledge(checker) : nothingKnown,
    functions,
    deferred: deferredNodes(functions),
    returnsOf: (name) => input.scope.names.get(name)?.returns ?? null,
    declaredElsewhere: (name) => input.scope.names.has(name) || input.elsewhere.has(name),
    ownMethods: ownMethods(statements, methodsOf(input.scope)),
  };
  const places = createPlaces(cell);
  const flows = collectFlows(file, checker);
  const objects = createRoots(context, flows);
  const calledLater = functionUses(context, objects, input.scope);
  const atOnce = statements.map((statement) => collectUses([statement], context, objects, context.deferred));
  const own = new Set(
    input.names.own.filter((found) => !found.ambient || found.kind === "type").map((found) => found.name),
  );
  const all = merge(atOnce, calledLater);
  const uses = (map: ReadonlyMap<string, TS.Node>): NameUse[] => [...map].map(([name, node]) => places.use(name, node));
  const outside = (map: ReadonlyMap<string, TS.Node>): NameUse[] => uses(map).filter((use) => !own.has(use.name));

  const facts: CellFacts = {
    version: 1,
    sourceHash: sha256(cell.source),
    canonicalHash: canonicalHash(statements, file),
    statements: statements.map(
      (statement, index): StatementFacts => ({
        ...statementShape(statement, file, functions, places),
        declares: [...new Set(input.names.own.filter((found) => found.statement === index).map((found) => found.name))],
        ...readsAndTypes(
          atOnce[index],
          functions
            .filter((found) => within(found.node, statement))
            .map((found) => calledLater.of(found.name)?.types ?? new Set()),
        ),
      }),
    ),
    imports: importFacts(context, checker, input.speed),
    declarations: declarationFacts(context, calledLater, objects, flows, atOnce),
    reads: outside(all.reads),
    globals: outside(globalsOf(all, statements, context, objects)),
    assigns: outside(all.assigns),
    mutates: uses(all.mutates),
    calls: callFacts(all.calls, calledLater.isKnown),
    params: paramFacts(statements, readRole(input.tags).kind === "parameters", context, places),
    ...secretsOf(secretFacts(statements, context, places)),
    ...modelsOf(modelFacts(statements, context, objects, places)),
    metrics: metricNames(statements, context),
    paths: pathLiterals(statements),
    lastExpression: lastExpression(statements, places),
    fixedLines: fixedLines(statements, file),
    errors: cell.errors.map((error) => factError(error, cell)),
  };
  return { facts, changes: scopeChanges(context, calledLater, objects) };
}

/** Left out where there are none, as of nearly all cells. */
function modelsOf({ models, unread }: ReturnType<typeof modelFacts>): Pick<CellFacts, "models" | "unreadModels"> {
  return { ...(models.length > 0 ? { models } : {}), ...(unread.length > 0 ? { unreadModels: unread } : {}) };
}

function secretsOf(secrets: ReturnType<typeof secretFacts>): Pick<CellFacts, "secrets"> {
  return secrets.length > 0 ? { secrets } : {};
}

function within(node: TS.Node, statement: TS.Statement): boolean {
  return node.pos >= statement.pos && node.end <= statement.end;
}

function readsAndTypes(
  uses: Uses | undefined,
  inBodies: readonly ReadonlySet<string>[],
): Pick<StatementFacts, "reads" | "types"> {
  const reads = [...(uses?.reads.keys() ?? [])];
  const types = new Set([...(uses?.types ?? []), ...inBodies.flatMap((set) => [...set])]);
  return { reads, types: [...types].filter((name) => !reads.includes(name)) };
}

/** The statements' uses together, with what the cell's own functions do when the statements call them. */
function merge(atOnce: readonly Uses[], calledLater: FunctionUses): Uses {
  const all: Uses = {
    reads: new Map(),
    globals: new Map(),
    assigns: new Map(),
    mutates: new Map(),
    types: new Set(),
    calls: [],
  };
  for (const uses of atOnce) {
    for (const part of ["reads", "globals", "assigns", "mutates"] as const)
      for (const [name, node] of uses[part]) if (!all[part].has(name)) all[part].set(name, node);
    all.calls.push(...uses.calls);
    const place = uses.reads.values().next().value;
    if (place === undefined) continue;
    const reached = calledLater.reachedFrom(uses.reads.keys());
    const firstUse = (name: string): TS.Node => uses.reads.get(name) ?? place;
    for (const name of [...reached.mutates, ...calledLater.changedByCalls(uses.calls)])
      if (!all.mutates.has(name)) all.mutates.set(name, firstUse(name));
    for (const name of reached.assigns) if (!all.assigns.has(name)) all.assigns.set(name, firstUse(name));
  }
  for (const name of all.mutates.keys()) if (name.startsWith("#") || name === "this") all.mutates.delete(name);
  return all;
}

/** Globals of function bodies too: another cell may shadow them there as well. */
function globalsOf(
  all: Uses,
  statements: readonly TS.Statement[],
  context: FactContext,
  objects: ReturnType<typeof createRoots>,
): Map<string, TS.Node> {
  const everywhere = collectUses(statements, context, objects, new Set()).globals;
  return new Map([...all.globals, ...[...everywhere].filter(([name]) => !all.globals.has(name))]);
}

function lastExpression(statements: readonly TS.Statement[], places: Places): CellFacts["lastExpression"] {
  const last = statements.findLast((statement) => !ts.isEmptyStatement(statement));
  if (last === undefined || (!ts.isExpressionStatement(last) && !ts.isExportAssignment(last))) return null;
  return places.range(last.expression.getStart(), last.expression.end);
}

function factError(error: TS.Diagnostic, cell: ParsedCell): FactError {
  const { message, line, column, code } = toCellDiagnostic(error, cell);
  return { message, line, column, code };
}
