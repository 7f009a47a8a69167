import { relative } from "node:path";
import type { WhyNode, WhyResult } from "./why-node.js";

export interface FormatWhyOptions {
  /** Paths are shown from here. Default: the working folder. */
  readonly cwd?: string;
}

/**
 * The graph as a tree for a terminal: what was asked about at the top, its causes below it, down to the files. A part
 * that hangs together with several others is printed once, and after that only named. Names that lead to no file and
 * no param (imports, functions, constants) share one line.
 */
export function formatWhy(result: WhyResult, { cwd = process.cwd() }: FormatWhyOptions = {}): string {
  return new TreePrinter(result, cwd).print();
}

/** One line of the tree: names that came from the same cell, and the node whose causes stand below. */
interface Branch {
  readonly members: readonly WhyNode[];
  /** The cell that made them, or the only member itself. */
  readonly source: WhyNode;
}

class TreePrinter {
  readonly #cwd: string;
  readonly #target: string;
  readonly #nodes: ReadonlyMap<string, WhyNode>;
  readonly #causes = new Map<string, WhyNode[]>();
  readonly #grounded: ReadonlySet<string>;
  readonly #printed = new Set<string>();
  readonly #lines: string[] = [];

  constructor({ target, nodes, edges }: WhyResult, cwd: string) {
    this.#cwd = cwd;
    this.#target = target;
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    const effects = new Map<string, string[]>();
    for (const { from, to } of edges) {
      const cause = this.#nodes.get(from);
      if (!cause) continue;
      this.#causes.set(to, [...(this.#causes.get(to) ?? []), cause]);
      effects.set(from, [...(effects.get(from) ?? []), to]);
    }
    // Everything that a file or a param is behind.
    const grounded = new Set(nodes.filter(({ kind }) => kind === "file" || kind === "param").map(({ id }) => id));
    for (const id of grounded) for (const effect of effects.get(id) ?? []) grounded.add(effect);
    this.#grounded = grounded;
  }

  print(): string {
    const top = this.#nodes.get(this.#target);
    if (top) this.#branch(this.#branchOf(top), "", "");
    return this.#lines.join("\n");
  }

  #branch({ members, source }: Branch, first: string, rest: string): void {
    const words = [
      members.length === 1 && members[0] ? this.#describe(members[0]) : members.map(({ label }) => label).join(", "),
    ];
    const isMember = members.includes(source);
    const again = this.#printed.has(source.id);
    if (!isMember) words.push(`← ${again ? this.#name(source) : this.#describe(source)}`);
    const causes = this.#causes.get(source.id) ?? [];
    if (again && causes.length > 0) words.push("(above)");
    this.#lines.push(`${first}${words.join("  ")}`);
    this.#printed.add(source.id);
    if (again) return;
    // Where nothing has a ground, everything is worth a line.
    const plain = causes.filter(
      (cause) => cause.kind === "variable" && !this.#grounded.has(cause.id) && this.#grounded.has(source.id),
    );
    const branches = this.#group(causes.filter((cause) => !plain.includes(cause)));
    const count = branches.length + (plain.length > 0 ? 1 : 0);
    branches.forEach((branch, index) => {
      const isLast = index === count - 1;
      this.#branch(branch, `${rest}${isLast ? "└─ " : "├─ "}`, `${rest}${isLast ? "   " : "│  "}`);
    });
    if (plain.length > 0)
      this.#lines.push(
        `${rest}└─ with ${this.#group(plain)
          .map((branch) => this.#brief(branch))
          .join("; ")}`,
      );
  }

  #branchOf(node: WhyNode): Branch {
    const followed = node.kind === "variable" || node.kind === "artifact" || node.kind === "file";
    const [cause, ...more] = this.#causes.get(node.id) ?? [];
    return { members: [node], source: followed && cause && more.length === 0 ? cause : node };
  }

  /** Variables of one cell on one line; params and files last, since they are the ends of the way. */
  #group(causes: readonly WhyNode[]): Branch[] {
    const rank = ({ kind }: WhyNode): number => (kind === "file" ? 2 : kind === "param" ? 1 : 0);
    const branches: Branch[] = [];
    for (const node of [...causes].sort((a, b) => rank(a) - rank(b))) {
      const branch = this.#branchOf(node);
      const same = branches.findIndex(
        ({ members, source }) =>
          source === branch.source && node.kind === "variable" && members[0]?.kind === "variable",
      );
      const found = branches[same];
      if (found) branches[same] = { members: [...found.members, node], source: found.source };
      else branches.push(branch);
    }
    return branches;
  }

  #brief({ members, source }: Branch): string {
    const names = members.map(({ label }) => label).join(", ");
    return members.includes(source) ? names : `${names} (${source.label})`;
  }

  #name(node: WhyNode): string {
    if (node.kind !== "file" || node.path === undefined) return node.label;
    const from = relative(this.#cwd, node.path);
    return from.length < node.path.length ? from : node.path;
  }

  #describe(node: WhyNode): string {
    const short = node.hash?.slice(0, 12);
    const detail = node.detail ? ` (${node.detail})` : "";
    switch (node.kind) {
      case "metric":
        if (node.id !== this.#target) return `${node.label} = ${String(node.value)}`;
        return `${node.label} = ${String(node.value)}  metric of run ${node.run ?? "?"}${node.notebook ? `, ${node.notebook}` : ""}`;
      case "model": {
        const named = `model ${node.label} version ${String(node.value)} (${node.hash?.slice(0, 8) ?? "?"})`;
        if (node.id !== this.#target) return named;
        return `${named}${detail}  registered by run ${node.run ?? "?"}${node.notebook ? `, ${node.notebook}` : ""}`;
      }
      case "param":
        return `param ${node.label} = ${JSON.stringify(node.value)}${detail}`;
      case "file":
        return `file ${this.#name(node)}  sha256 ${short ?? "unknown"}`;
      case "cell":
        return `${node.label}${detail}  code ${short ?? "unknown"}`;
      case "artifact":
        return `${node.label}${detail}  ${short ?? ""}`.trimEnd();
      case "deployment":
        return `deployment ${node.label}${detail}`;
      case "request":
        return `${node.label}${detail}  body sha256 ${short ?? "unknown"}`;
      case "run":
        return `${node.label}${node.notebook ? `  ${node.notebook}` : ""}`;
      default:
        return `${node.label}${detail}`;
    }
  }
}
