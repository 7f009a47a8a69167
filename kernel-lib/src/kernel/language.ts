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
  const { signature, documentation } = found;
  const markdown = `\`\`\`typescript\n${signature}\n\`\`\`${documentation === "" ? "" : `\n\n${documentation}`}`;
  exchange.reply({
    status: "ok",
    found: true,
    data: {
      "text/plain": documentation === "" ? signature : `${signature}\n\n${documentation}`,
      "text/markdown": markdown,
    },
    metadata: {},
  });
}

export function answerIsComplete(exchange: Exchange, { compiler, scope }: CellExecutor): void {
  const { code } = exchange.content<CodeRequest>();
  const { status, indent } = compiler.isComplete(code);
  if (status === "incomplete") exchange.reply({ status, indent });
  // The compiler calls complete what is wrong for good: it can run, if only to show its error.
  else
    exchange.reply({
      status: compiler.compile(code, scope, { speed: "bind" }).facts.errors.length > 0 ? "invalid" : status,
    });
}
