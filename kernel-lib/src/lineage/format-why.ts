import { relative } from "node:path";
import type { WhyNode, WhyResult } from "./why-graph.js";

export interface FormatWhyOptions {
  /** Paths are shown from here. Default: the working folder. */
  readonly cwd?: string;
}

/**
 * The graph as a tree for a terminal: what was asked about at the top, its causes below it, down to the files. A part
 * that hangs together with several others is printed once, and after that only named.
 */
export function formatWhy({ target, nodes, edges }: WhyResult, { cwd = process.cwd() }: FormatWhyOptions = {}): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const causes = new Map<string, WhyNode[]>();
  for (const { from, to } of edges) {
    const node = byId.get(from);
    const list = causes.get(to);
    if (node && list) list.push(node);
    else if (node) causes.set(to, [node]);
  }
  const printed = new Set<string>();
  const lines: string[] = [];

  const print = (node: WhyNode, first: string, rest: string): void => {
    const words = [describe(node, cwd)];
    let last = node;
    // A value and the cell that made it share a line.
    for (let only = onlyCause(last); only !== null; only = onlyCause(last)) {
      words.push(`← ${printed.has(only.id) ? name(only, cwd) : describe(only, cwd)}`);
      last = only;
    }
    const again = printed.has(last.id);
    const below = again ? [] : sortCauses(causes.get(last.id) ?? []);
    lines.push(`${first}${words.join("  ")}${again && (causes.get(last.id)?.length ?? 0) > 0 ? "  (above)" : ""}`);
    printed.add(node.id);
    printed.add(last.id);
    below.forEach((cause, index) => {
      const isLast = index === below.length - 1;
      print(cause, `${rest}${isLast ? "└─ " : "├─ "}`, `${rest}${isLast ? "   " : "│  "}`);
    });
  };
  const onlyCause = (node: WhyNode): WhyNode | null => {
    if (node.kind !== "variable" && node.kind !== "artifact" && node.kind !== "file") return null;
    const [cause, ...more] = causes.get(node.id) ?? [];
    return cause && more.length === 0 ? cause : null;
  };

  const top = byId.get(target);
  if (top) print(top, "", "");
  return lines.join("\n");
}

function name(node: WhyNode, cwd: string): string {
  return node.kind === "file" && node.path !== undefined ? shown(node.path, cwd) : node.label;
}

function describe(node: WhyNode, cwd: string): string {
  const short = node.hash?.slice(0, 12);
  const detail = node.detail ? ` (${node.detail})` : "";
  switch (node.kind) {
    case "metric":
      return `${node.label} = ${String(node.value)}  metric of run ${node.run ?? "?"}${node.notebook ? `, ${node.notebook}` : ""}`;
    case "param":
      return `param ${node.label} = ${JSON.stringify(node.value)}${detail}`;
    case "file":
      return `file ${name(node, cwd)}  sha256 ${short ?? "unknown"}`;
    case "cell":
      return `${node.label}${detail}  code ${short ?? "unknown"}`;
    case "artifact":
      return `${node.label}${detail}  ${short ?? ""}`.trimEnd();
    case "run":
      return `${node.label}${node.notebook ? `  ${node.notebook}` : ""}`;
    default:
      return `${node.label}${detail}`;
  }
}

/** Params and files last: they are the ends of the way. */
function sortCauses(causes: readonly WhyNode[]): WhyNode[] {
  const rank = ({ kind }: WhyNode): number => (kind === "file" ? 2 : kind === "param" ? 1 : 0);
  return [...causes].sort((a, b) => rank(a) - rank(b));
}

function shown(path: string, cwd: string): string {
  const from = relative(cwd, path);
  return from.length < path.length ? from : path;
}
