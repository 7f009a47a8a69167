import type TS from "typescript";
import type { CapturedNames } from "../cell-compiler.js";
import { assignmentTo } from "../names/assignment-target.js";
import { isReference } from "../names/references.js";
import type { SessionNames } from "../names/session-names.js";
import { bindingNames } from "../names/top-level-names.js";
import { ts } from "../typescript.js";
import { isPureLoop } from "./pure-loop.js";

/** What a loop does with a name that it keeps in a local variable. */
export interface LoopLocal {
  readonly reads: boolean;
  readonly writes: boolean;
  /** True if a write may come before the first read, which then reads nothing from before the cell. */
  readonly mayWriteFirst: boolean;
}

export interface LoopContext {
  readonly names: SessionNames;
  readonly captured: CapturedNames;
  readonly checker: TS.TypeChecker;
}

/**
 * Session names that the loop may keep in local variables while it runs, because nobody can see them meanwhile: it does not wait, it calls
 * only what is quick and built in (an interrupt leaves the names as they were when the loop began), and no function of the session
 * knows the names, or none can run. `loop` may have labels.
 */
export function loopLocals(loop: TS.Statement, { names, captured, checker }: LoopContext): Map<string, LoopLocal> {
  const found = new Map<string, { reads: boolean; writes: boolean; mayWriteFirst: boolean }>();
  const excluded = new Set<string>();
  const note = (name: string): { reads: boolean; writes: boolean; mayWriteFirst: boolean } => {
    const known = found.get(name) ?? { reads: false, writes: false, mayWriteFirst: false };
    found.set(name, known);
    return known;
  };
  const plainWrite = (name: string): void => void Object.assign(note(name), { writes: true, mayWriteFirst: true });

  const reference = (id: TS.Identifier): void => {
    const name = isReference(id) ? names.of(id) : null;
    if (name === null) return;
    const assignment = assignmentTo(id);
    if (assignment === "plain") plainWrite(name);
    else if (assignment === "compound") Object.assign(note(name), { reads: true, writes: true });
    else if (assignment === null && !isShorthandTarget(id)) note(name).reads = true;
    else excluded.add(name);
  };
  const declaration = (node: TS.VariableDeclaration): void => {
    for (const binding of bindingNames(node)) {
      const name = names.declaredBy(binding);
      if (name === null) continue;
      if (binding === node && node.initializer !== undefined) plainWrite(name);
      else if (binding !== node || !ts.isVariableStatement(node.parent.parent)) excluded.add(name);
    }
  };
  /** False if the loop is none of those. */
  const visit = (node: TS.Node): boolean => {
    if (ts.isTypeNode(node)) return true;
    if (ts.isIdentifier(node)) {
      reference(node);
      return true;
    }
    // Whom they know is known: see `captured`.
    if (ts.isFunctionLike(node)) return true;
    if (isForeign(node, names)) return false;
    if (ts.isVariableDeclaration(node)) declaration(node);
    return ts.forEachChild(node, (child) => !visit(child)) !== true;
  };
  if (!visit(loop)) return new Map();

  const place = topLevelIndex(loop);
  const isMade = (name: string): boolean =>
    names.own.every((own) => own.name !== name || own.kind === "var" || own.statement < place);
  const isShared = (name: string, writes: boolean): boolean =>
    captured.written.has(name) || (writes && captured.read.has(name));
  const wanted = [...found].filter(([name]) => !excluded.has(name) && isMade(name));
  const shared = wanted.some(([name, { writes }]) => isShared(name, writes));
  const isPure = shared && isPureLoop(loop, checker);
  return new Map(wanted.filter(([name, { writes }]) => isPure || !isShared(name, writes)));
}

export function isLoop(node: TS.Node): node is TS.IterationStatement {
  return ts.isIterationStatement(node, false);
}

/** True for a loop with any number of labels. */
export function isLabelledLoop(node: TS.Node): node is TS.LabeledStatement {
  return ts.isLabeledStatement(node) && (isLoop(node.statement) || isLabelledLoop(node.statement));
}

function isShorthandTarget(id: TS.Identifier): boolean {
  return ts.isShorthandPropertyAssignment(id.parent) && assignmentTo(id.parent as unknown as TS.Expression) !== null;
}

function topLevelIndex(node: TS.Node): number {
  let at = node;
  while (!ts.isSourceFile(at.parent)) at = at.parent;
  return at.parent.statements.indexOf(at as TS.Statement);
}

/** True for what waits, or runs code that may take long. */
function isForeign(node: TS.Node, names: SessionNames): boolean {
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node) || ts.isNewExpression(node)) return true;
  if (ts.isClassLike(node) || ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
  if (ts.isVariableDeclarationList(node)) {
    const kind = node.flags & ts.NodeFlags.BlockScoped;
    return kind === ts.NodeFlags.Using || kind === ts.NodeFlags.AwaitUsing;
  }
  return ts.isCallExpression(node) && !isQuick(node.expression, names);
}

const libraries = new Set(["Math", "Number", "String", "BigInt", "Date", "performance"]);
const functions = new Set(["Number", "String", "BigInt", "Boolean", "parseInt", "parseFloat", "isNaN", "isFinite"]);
const methods = new Set(
  "at charAt charCodeAt codePointAt endsWith get has includes indexOf lastIndexOf padEnd padStart slice startsWith substring toFixed toLowerCase toString toUpperCase trim".split(
    " ",
  ),
);

function isQuick(callee: TS.Expression, names: SessionNames): boolean {
  const isGlobal = (node: TS.Expression, known: ReadonlySet<string>): boolean =>
    ts.isIdentifier(node) && known.has(node.text) && names.of(node) === null && !names.isLocal(node);
  if (!ts.isPropertyAccessExpression(callee)) return isGlobal(callee, functions);
  return isGlobal(callee.expression, libraries) || methods.has(callee.name.text);
}
