import type TS from "typescript";
import { ts } from "../typescript.js";

/** True if the statement holds a Vega or Vega-Lite specification, or calls a charting library by its usual name. */
export function isChart(statement: TS.Statement): boolean {
  let found = false;
  const visit = (node: TS.Node): void => {
    if (found || ts.isTypeNode(node)) return;
    if (ts.isObjectLiteralExpression(node)) found ||= isSpec(node);
    if (ts.isCallExpression(node)) found ||= isChartCall(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}

function isSpec(node: TS.ObjectLiteralExpression): boolean {
  const names = new Set(
    node.properties.flatMap(({ name }) => (name !== undefined && "text" in name ? [String(name.text)] : [])),
  );
  if (names.has("mark") && names.has("encoding")) return true;
  if (["hconcat", "vconcat", "layer"].some((name) => names.has(name)) && names.has("data")) return true;
  return node.properties.some(
    (property) =>
      ts.isPropertyAssignment(property) &&
      ts.isStringLiteral(property.initializer) &&
      /vega\.github\.io\/schema\/vega/.test(property.initializer.text),
  );
}

/** `vl.markBar()`, `Plot.plot()`, `display.vegaLite()`, `Plotly.newPlot()`. */
function isChartCall(callee: TS.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const method = callee.name.text;
  if (/^(?:vegaLite|vega|vegalite|newPlot|plotly|chart)$/.test(method)) return true;
  const root = ts.isIdentifier(callee.expression) ? callee.expression.text : "";
  return (
    (root === "vl" && /^(?:mark|layer|hconcat|vconcat|repeat)/.test(method)) || (root === "Plot" && method === "plot")
  );
}
