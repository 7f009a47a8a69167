import type TS from "typescript";
import { ts } from "../typescript.js";
import type { TypeKnowledge } from "./type-knowledge.js";

const VIEW = /^(?:(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array|DataView|Buffer)$/;
const MEMORY = new Set(["ArrayBuffer", "SharedArrayBuffer", "ArrayBufferLike"]);

/** What a view is made of whose memory it shares: `buffer` of `new Uint8Array(buffer)` and `Buffer.from(buffer)`; null for a copy. */
export function sharedMemory(node: TS.Expression, types: TypeKnowledge): TS.Expression | null {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return null;
  const { expression } = node;
  const made =
    ts.isCallExpression(node) && ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  if (ts.isCallExpression(node) && !(ts.isPropertyAccessExpression(expression) && expression.name.text === "from"))
    return null;
  if (!ts.isIdentifier(made) || !VIEW.test(made.text)) return null;
  // `Uint8Array.from` copies, whatever it is given.
  if (ts.isCallExpression(node) && made.text !== "Buffer") return null;
  const first = node.arguments?.[0];
  if (first === undefined) return null;
  const type = types.typeOf(first);
  const parts = type === null ? [] : type.isUnion() ? type.types : [type];
  return parts.some((part) => MEMORY.has(part.getSymbol()?.name ?? "")) ? first : null;
}
