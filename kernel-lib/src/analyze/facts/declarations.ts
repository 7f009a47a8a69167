import type TS from "typescript";
import type { DeclarationFacts } from "../../notebook/cell-facts.js";
import type { TopLevelName } from "../names/top-level-names.js";
import { typeText } from "../scope/type-text.js";
import { ts } from "../typescript.js";
import { callFacts } from "./calls.js";
import type { FactContext } from "./fact-context.js";
import type { Flows } from "./flows.js";
import type { FunctionUses } from "./function-uses.js";
import type { Roots } from "./roots.js";
import type { Uses } from "./uses.js";

/** Facts of each name that the cell declares; names declared more than once (overloads, `var` twice) count once. */
export function declarationFacts(
  context: FactContext,
  functions: FunctionUses,
  objects: Roots,
  flows: Flows,
  statements: readonly Uses[],
): DeclarationFacts[] {
  const seen = new Map<string, DeclarationFacts>();
  for (const found of context.names.own) {
    if (found.kind === "import" || (found.ambient && found.kind !== "type") || isSignature(found.node)) continue;
    const known = seen.get(found.name);
    // A type and a value of one name: the value is what travels, the type goes with it.
    if (known !== undefined && (known.kind !== "type" || found.kind === "type")) continue;
    seen.set(found.name, oneDeclaration(found, context, functions, objects, flows, statements[found.statement]));
  }
  return [...seen.values()];
}

function isSignature(node: TS.Node): boolean {
  return ts.isFunctionDeclaration(node) && node.body === undefined;
}

function oneDeclaration(
  found: TopLevelName,
  context: FactContext,
  functions: FunctionUses,
  objects: Roots,
  flows: Flows,
  statement: Uses | undefined,
): DeclarationFacts {
  const uses = functions.of(found.name);
  const type = found.kind === "type" || !context.types.known ? null : typeOfName(found.node, context);
  const shape = type === null ? "unknown" : context.types.shape(type);
  return {
    name: found.name,
    kind: found.kind as DeclarationFacts["kind"],
    statement: found.statement,
    functionLike: uses !== null,
    free: uses === null ? [] : [...uses.reads].filter((name) => name !== found.name),
    assigns: uses === null ? [] : [...uses.assigns],
    mutates: uses === null ? [] : [...uses.mutates].filter((name) => name !== found.name),
    calls:
      uses === null
        ? []
        : callFacts(
            uses.calls.filter((call) => call.callee !== found.name),
            functions.isKnown,
          ),
    mutatesParams: uses === null ? [] : [...new Set(uses.params.map((param) => param.index))],
    types: typesOf(found, uses?.types ?? [], statement),
    aliases:
      uses !== null || shape === "primitive" || found.kind === "type" ? [] : aliasesOf(found, context, objects, flows),
    type: type === null ? null : typeText(type, context.checker, found.node),
    shape,
  };
}

/** Of a class or enum the type of the thing itself, not of its instances. */
function typeOfName(node: TS.Node, context: FactContext): TS.Type | null {
  const symbol = context.checker.getSymbolAtLocation(nameNode(node));
  return symbol === undefined ? null : context.checker.getTypeOfSymbolAtLocation(symbol, node);
}

function nameNode(node: TS.Node): TS.Node {
  return "name" in node && node.name !== undefined ? (node.name as TS.Node) : node;
}

function typesOf(found: TopLevelName, inBody: Iterable<string>, statement: Uses | undefined): string[] {
  return [...new Set([...inBody, ...(statement?.types ?? [])])].filter((name) => name !== found.name);
}

/** What flows into the variable, at its declaration and later in the cell. */
function aliasesOf(found: TopLevelName, context: FactContext, objects: Roots, flows: Flows): string[] {
  const name = nameNode(found.node);
  const symbol = context.checker.getSymbolAtLocation(name);
  const names = new Set<string>();
  if (symbol !== undefined)
    for (const flow of flows.into(symbol)) for (const root of objects.reach(flow.from)) names.add(root);
  names.delete(found.name);
  const imports = new Set(context.names.own.filter((own) => own.kind === "import").map((own) => own.name));
  return [...names].filter((root) => !root.startsWith("#") && root !== "this" && !imports.has(root));
}
