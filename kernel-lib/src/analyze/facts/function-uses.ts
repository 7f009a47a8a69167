import type { CallFacts } from "../../notebook/cell-facts.js";
import type { FactContext } from "./fact-context.js";
import type { Roots } from "./roots.js";
import { collectUses } from "./uses.js";

/** What calling a top-level function or class of the cell may do. */
export interface OneFunction {
  readonly reads: ReadonlySet<string>;
  readonly assigns: ReadonlySet<string>;
  readonly mutates: ReadonlySet<string>;
  readonly mutatesParams: readonly number[];
  readonly types: ReadonlySet<string>;
  readonly calls: readonly CallFacts[];
}

export interface FunctionUses {
  of(name: string): OneFunction | null;
  /** What a call of one of the cell's functions changes: names in its arguments, and what its body changes by itself. */
  changedByCalls(calls: readonly CallFacts[]): Set<string>;
  /** What running those functions may change or assign, through each other as well. */
  reachedFrom(names: Iterable<string>): { readonly mutates: Set<string>; readonly assigns: Set<string> };
}

interface Draft {
  readonly reads: Set<string>;
  readonly assigns: Set<string>;
  readonly mutates: Set<string>;
  readonly params: Set<number>;
  readonly types: Set<string>;
  readonly calls: CallFacts[];
}

export function functionUses(context: FactContext, objects: Roots): FunctionUses {
  const drafts = new Map<string, Draft>();
  for (const { name, node } of context.functions) {
    // The function itself is what is looked at here.
    const uses = collectUses([node], context, objects, new Set());
    const mutated = [...uses.mutates.keys()].filter((root) => root !== "this");
    drafts.set(name, {
      reads: new Set(uses.reads.keys()),
      assigns: new Set(uses.assigns.keys()),
      mutates: new Set(mutated.filter((root) => !root.startsWith("#"))),
      params: new Set(mutated.filter((root) => root.startsWith("#")).map((root) => Number(root.slice(1)))),
      types: uses.types,
      calls: uses.calls,
    });
  }
  spread(drafts);

  function reachedFrom(names: Iterable<string>): { mutates: Set<string>; assigns: Set<string> } {
    const found = { mutates: new Set<string>(), assigns: new Set<string>() };
    const seen = new Set<string>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const draft = drafts.get(name);
      if (draft === undefined || seen.has(name)) continue;
      seen.add(name);
      for (const changed of draft.mutates) found.mutates.add(changed);
      for (const assigned of draft.assigns) found.assigns.add(assigned);
      open.push(...draft.reads);
    }
    return found;
  }

  return {
    of(name) {
      const draft = drafts.get(name);
      return draft === undefined ? null : { ...draft, mutatesParams: [...draft.params].sort((a, b) => a - b) };
    },
    changedByCalls: (calls) => new Set(calls.flatMap((call) => changedArguments(call, drafts)).filter((root) => !root.startsWith("#"))),
    reachedFrom,
  };
}

/** A function changes what it hands to a function that changes it; around a circle of calls until nothing new is found. */
function spread(drafts: ReadonlyMap<string, Draft>): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const draft of drafts.values()) {
      const before = draft.params.size + draft.mutates.size;
      for (const root of draft.calls.flatMap((call) => changedArguments(call, drafts))) {
        if (root.startsWith("#")) draft.params.add(Number(root.slice(1)));
        else draft.mutates.add(root);
      }
      changed ||= draft.params.size + draft.mutates.size > before;
    }
  }
}

function changedArguments(call: CallFacts, drafts: ReadonlyMap<string, Draft>): string[] {
  const params = drafts.get(call.callee)?.params ?? new Set<number>();
  return [...params].flatMap((index) => call.args[index] ?? []);
}
