import type { LogReader } from "../reader.js";
import type { RunRecord } from "../run-record.js";
import { type RunExecutions, WhyBuilder } from "../why-graph.js";
import type { WhyNode, WhyResult } from "../why-node.js";

/**
 * One change that a metric's move can come from. `unknown`: nothing that was tracked differs above the metric, so it was
 * chance, time, or a source that the log does not see.
 */
export interface Cause {
  readonly kind: "code" | "data" | "param" | "environment" | "unknown";
  /** A cell's id, a file's absolute path, a param's or a setting's name; empty for `unknown`. */
  readonly name: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** From the change to the metric, both included: what a person calls the things on the way. */
  readonly path: readonly string[];
}

/** What of the environment can move a number, apart from the code and the data. */
const MATTERS = /^(?:node|tagline|os|packages|backend|tfjsBackend)$/;

/**
 * The smallest set of changes that can explain why a metric of two runs differs: those above the metric in its lineage, on
 * either side. Where a value or a file on the way is the same in both runs, byte for byte, nothing above it can be a cause.
 *
 * @param a,b runs that both have the metric
 * @param ran shared by the metrics of one question
 */
export function explainMetric(
  reader: LogReader,
  metric: string,
  a: RunRecord,
  b: RunRecord,
  environment: readonly { readonly name: string; readonly from?: unknown; readonly to?: unknown }[],
  ran: Map<string, RunExecutions> = new Map(),
): readonly Cause[] {
  const [before, after] = [new Slice(reader, metric, a, ran), new Slice(reader, metric, b, ran)];
  before.cutWhereEqual(after);
  after.cutWhereEqual(before);
  const causes: Cause[] = [];
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const [from, to] = [before.content(key), after.content(key)];
    if (from === to) continue;
    const at = after.reached(key) ?? before.reached(key);
    if (at === undefined) continue;
    const side = after.reached(key) === undefined ? before : after;
    const { kind, name } = describeKey(key);
    causes.push({
      kind,
      name,
      ...(from === undefined ? {} : { from: kind === "param" ? JSON.parse(from) : from }),
      ...(to === undefined ? {} : { to: kind === "param" ? JSON.parse(to) : to }),
      path: side.path(at),
    });
  }
  for (const { name, ...change } of environment)
    if (MATTERS.test(name)) causes.push({ kind: "environment", name, ...change, path: [name, metric] });
  return causes.length > 0 ? causes : [{ kind: "unknown", name: "", path: [metric] }];
}

/** What stands on nothing else: a cell's code, a file's bytes, a param's value. */
interface Ground {
  /** Alike in both runs. */
  readonly key: string;
  readonly content: string;
}

/** The lineage of one run's metric, down to where it is cut. */
class Slice {
  readonly #graph: WhyResult;
  readonly #nodes: ReadonlyMap<string, WhyNode>;
  readonly #causes = new Map<string, string[]>();
  readonly #grounds: (node: WhyNode) => readonly Ground[];
  /** What the whole run has, in and out of the slice: what the slice of one side lacks the run may still have. */
  readonly #contents = new Map<string, string>();
  /** Each node that is still in the slice, with the next one on the way to the metric. */
  readonly #next = new Map<string, string | null>();

  constructor(reader: LogReader, metric: string, record: RunRecord, ran: Map<string, RunExecutions>) {
    const builder = new WhyBuilder(reader, { ran });
    this.#graph = builder.finish(builder.metric(record, metric));
    this.#nodes = new Map(this.#graph.nodes.map((node) => [node.id, node]));
    for (const { from, to } of this.#graph.edges) this.#causes.set(to, [...(this.#causes.get(to) ?? []), from]);
    const own = new Set(builder.executions(record).map(({ trace }) => trace.cellId));
    this.#grounds = (node) => {
      switch (node.kind) {
        case "cell": {
          const { trace, step } = builder.execution(node.id) ?? {};
          const hash = trace?.canonicalHash ?? node.hash ?? "";
          const shared = (step?.shared ?? []).filter(({ cellId }) => !own.has(cellId));
          return [
            { key: `code:${trace?.cellId ?? `#${hash}`}`, content: hash },
            ...shared.map(({ cellId, hash: content }) => ({ key: `code:${cellId}`, content })),
          ];
        }
        case "file":
          // What a cell wrote is explained by that cell.
          return this.#causes.has(node.id)
            ? []
            : [{ key: `data:${node.path ?? node.label}`, content: node.hash ?? "unknown" }];
        case "param":
          return [{ key: `param:${node.label}`, content: JSON.stringify(node.value) ?? "null" }];
        default:
          return [];
      }
    };
    for (const { trace } of builder.executions(record)) {
      this.#contents.set(`code:${trace.cellId ?? `#${trace.canonicalHash}`}`, trace.canonicalHash);
      for (const { path, sha256, mode } of trace.files)
        if (mode === "read") this.#contents.set(`data:${path}`, sha256 ?? "unknown");
      for (const { name, value } of trace.params) this.#contents.set(`param:${name}`, JSON.stringify(value) ?? "null");
    }
    for (const [name, value] of Object.entries(record.started?.params ?? {}))
      this.#contents.set(`param:${name}`, JSON.stringify(value) ?? "null");
    // A session may have run a cell again since: what counts is what the metric stands on.
    for (const node of [...this.#graph.nodes].reverse())
      for (const { key, content } of this.#grounds(node)) this.#contents.set(key, content);
  }

  /** Forgets what lies above a value that the other side has too. */
  cutWhereEqual(other: Slice): void {
    this.#next.clear();
    this.#next.set(this.#graph.target, null);
    // Nearest first, so that `path` is a shortest one.
    for (const id of this.#next.keys()) {
      const kind = this.#nodes.get(id)?.kind;
      if ((kind === "artifact" || kind === "file") && other.#nodes.has(id)) continue;
      for (const cause of this.#causes.get(id) ?? []) if (!this.#next.has(cause)) this.#next.set(cause, id);
    }
  }

  /** Keys of all that can be a cause, nearest to the metric first. */
  keys(): string[] {
    return [...this.#next.keys()].flatMap((id) => this.#keysOf(id));
  }

  content(key: string): string | undefined {
    return this.#contents.get(key);
  }

  /** The node in the slice that goes by this key. */
  reached(key: string): string | undefined {
    return [...this.#next.keys()].find((id) => this.#keysOf(id).includes(key));
  }

  path(from: string): string[] {
    const labels: string[] = [];
    for (let id: string | null | undefined = from; id != null; id = this.#next.get(id)) {
      const label = this.#nodes.get(id)?.label;
      if (label !== undefined && label !== labels.at(-1)) labels.push(label);
    }
    return labels;
  }

  #keysOf(id: string): string[] {
    const node = this.#nodes.get(id);
    return node === undefined ? [] : this.#grounds(node).map(({ key }) => key);
  }
}

function describeKey(key: string): { readonly kind: "code" | "data" | "param"; readonly name: string } {
  const kind = key.startsWith("code:") ? "code" : key.startsWith("data:") ? "data" : "param";
  return { kind, name: key.slice(kind.length + 1) };
}
