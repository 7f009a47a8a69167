import type { CellExecutor } from "./cell-executor.js";
import type { Exchange } from "./exchange.js";
import { type CodeRequest, toCodePoints, toOffset } from "./requests.js";

export function answerComplete(exchange: Exchange, { compiler, scope }: CellExecutor): void {
  const { code, cursor_pos } = exchange.content<CodeRequest>();
  const { start, end, items } = compiler.complete(code, toOffset(code, cursor_pos), scope);
  const cursor_start = toCodePoints(code, start);
  const cursor_end = toCodePoints(code, end);
  exchange.reply({
    status: "ok",
    matches: items.map(({ name }) => name),
    cursor_start,
    cursor_end,
    metadata: {
      _jupyter_types_experimental: items.map(({ name, kind }) => ({
        text: name,
        type: kind,
        start: cursor_start,
        end: cursor_end,
      })),
    },
  });
}

export function answerInspect(exchange: Exchange, { compiler, scope }: CellExecutor): void {
  const { code, cursor_pos } = exchange.content<CodeRequest>();
  const found = compiler.inspect(code, toOffset(code, cursor_pos), scope);
  if (found === null) {
    exchange.reply({ status: "ok", found: false, data: {}, metadata: {} });
    return;
  }
  exchange.reply({ status: "ok", found: true, data: describe(found), metadata: {} });
}

/** A cell that only asks, as in IPython: `Math.max?` or `?Math.max`. TypeScript has no such expression. */
const QUESTION = /^\s*(?:\?{1,2}\s*([\p{L}_$][\p{L}\p{N}_$.]*)|([\p{L}_$][\p{L}\p{N}_$.]*)\s*\?{1,2})\s*$/u;

/** The page that answers a cell such as `Math.max?`; null for any other cell. */
export function helpPage(code: string, { compiler, scope }: CellExecutor): Record<string, string> | null {
  const [, after, before] = QUESTION.exec(code) ?? [];
  const name = after ?? before;
  if (name === undefined) return null;
  const found = compiler.inspect(name, name.length, scope);
  return found === null ? { "text/plain": `Nothing is known of ${name}.` } : describe(found);
}

function describe({ signature, documentation }: { signature: string; documentation: string }): Record<string, string> {
  const markdown = `\`\`\`typescript\n${signature}\n\`\`\`${documentation === "" ? "" : `\n\n${documentation}`}`;
  return {
    "text/plain": documentation === "" ? signature : `${signature}\n\n${documentation}`,
    "text/markdown": markdown,
  };
}

export function answerIsComplete(exchange: Exchange, { compiler, scope }: CellExecutor): void {
  const { code } = exchange.content<CodeRequest>();
  if (QUESTION.test(code)) {
    exchange.reply({ status: "complete" });
    return;
  }
  const { status, indent } = compiler.isComplete(code);
  if (status === "incomplete") exchange.reply({ status, indent });
  // The compiler calls complete what is wrong for good: it can run, if only to show its error.
  else
    exchange.reply({
      status: compiler.compile(code, scope, { speed: "bind" }).facts.errors.length > 0 ? "invalid" : status,
    });
}
