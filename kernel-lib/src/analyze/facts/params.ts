import type TS from "typescript";
import type { ParamFacts } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import type { FactContext } from "./fact-context.js";
import { literalValue } from "./literals.js";
import type { Places } from "./places.js";
import { isTaglineCall } from "./tagline-calls.js";

/** `param("name", default, options)` calls, and in a `parameters` cell the literals of its variables. */
export function paramFacts(
  statements: readonly TS.Statement[],
  isParametersCell: boolean,
  context: FactContext,
  places: Places,
): ParamFacts[] {
  const found: ParamFacts[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && isTaglineCall(node, "param", context)) {
      const param = explicitParam(node, places);
      if (param !== null) found.push(param);
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) {
    visit(statement);
    if (isParametersCell && ts.isVariableStatement(statement)) {
      found.push(
        ...statement.declarationList.declarations.flatMap((declaration) => plainParam(declaration, places) ?? []),
      );
    }
  }
  return found;
}

function explicitParam(node: TS.CallExpression, places: Places): ParamFacts | null {
  const [first, second, third] = node.arguments;
  const name = first === undefined ? null : literalValue(first);
  if (name === null || typeof name.value !== "string") return null;
  const date = second === undefined ? null : dateValue(second);
  const value = second === undefined || date !== null ? date : literalValue(second);
  return {
    name: name.value,
    variable: boundVariable(node),
    ...(value === null ? {} : { default: value.value }),
    type: paramType(value),
    ...(date === null ? {} : { format: "date" as const }),
    ...paramOptions(third),
    explicit: true,
    initializer: places.range(node.getStart(), node.end),
    line: places.line(node.getStart()),
  };
}

/** `new Date("2024-01-01")`, as text. */
function dateValue(node: TS.Expression): { readonly value: string } | null {
  if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "Date") return null;
  const [only, ...more] = node.arguments ?? [];
  const text = only === undefined || more.length > 0 ? null : literalValue(only);
  const ms = typeof text?.value === "string" ? Date.parse(text.value) : Number.NaN;
  // As `param` has it in the log.
  return Number.isNaN(ms) ? null : { value: new Date(ms).toISOString() };
}

/** `const units = 16`, as papermill has it. */
function plainParam(declaration: TS.VariableDeclaration, places: Places): ParamFacts | null {
  const { name, initializer } = declaration;
  const value = initializer === undefined || !ts.isIdentifier(name) ? null : literalValue(initializer);
  if (value === null || initializer === undefined || !ts.isIdentifier(name)) return null;
  return {
    name: name.text,
    variable: name.text,
    default: value.value,
    type: paramType(value),
    explicit: false,
    initializer: places.range(initializer.getStart(), initializer.end),
    line: places.line(declaration.getStart()),
  };
}

function paramType(value: { readonly value: unknown } | null): ParamFacts["type"] {
  const kind = typeof value?.value;
  return kind === "number" || kind === "string" || kind === "boolean" ? kind : "json";
}

type ParamOptions = Pick<ParamFacts, "format" | "min" | "max" | "choices" | "description">;

function paramOptions(node: TS.Expression | undefined): ParamOptions {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return {};
  let options: ParamOptions = {};
  for (const property of node.properties) {
    // An option that is no literal is left out; the others still count.
    if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) continue;
    options = { ...options, ...paramOption(property.name.text, literalValue(property.initializer)?.value) };
  }
  return options;
}

function paramOption(name: string, value: unknown): ParamOptions {
  if (name === "min" && typeof value === "number") return { min: value };
  if (name === "max" && typeof value === "number") return { max: value };
  if (name === "format" && (value === "date" || value === "path")) return { format: value };
  if (name === "choices" && Array.isArray(value)) return { choices: value };
  return name === "description" && typeof value === "string" ? { description: value } : {};
}

function boundVariable(node: TS.Node): string | null {
  const parent = node.parent;
  if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent))
    return boundVariable(parent);
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  return ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(parent.left)
    ? parent.left.text
    : null;
}
