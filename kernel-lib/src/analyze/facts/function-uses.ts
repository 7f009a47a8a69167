import type { SessionScope } from "../cell-compiler.js";
import { type CallUse, changedBy } from "./calls.js";
import type { FactContext } from "./fact-context.js";
import { type ParamRoot, paramRoot, readParamRoot } from "./param-roots.js";
import type { Roots } from "./roots.js";
import { collectUses } from "./uses.js";

/** What calling a top-level function or class of the cell may do. */
export interface OneFunction {
  readonly reads: ReadonlySet<string>;
  readonly assigns: ReadonlySet<string>;
  readonly mutates: ReadonlySet<string>;
  /** Parameters that it changes, and how deep inside, in order. */
  readonly params: readonly ParamRoot[];
  readonly types: ReadonlySet<string>;
  readonly calls: readonly CallUse[];
}

export interface FunctionUses {
  of(name: string): OneFunction | null;
  /** True if it is known what the function does to its arguments. */
  isKnown(name: string): boolean;
  /** Names that calls change because the functions change their arguments. */
  changedByCalls(calls: readonly CallUse[]): Set<string>;
  /** What running those functions may change or assign, through each other as well. */
  reachedFrom(names: Iterable<string>): { readonly mutates: Set<string>; readonly assigns: Set<string> };
}

interface Draft {
  readonly reads: Set<string>;
  readonly assigns: Set<string>;
  /** Names and parameters. */
  readonly mutates: Set<string>;
  readonly types: Set<string>;
  readonly calls: CallUse[];
}

/** Functions of this cell, and as far as `scope` knows them those of earlier ones. */
export function functionUses(context: FactContext, objects: Roots, scope: SessionScope): FunctionUses {
  const drafts = new Map<string, Draft>();
  for (const { name, node } of context.functions) {
    // The function itself is what is looked at here: nothing in it is left for later.
    const uses = collectUses([node], context, objects, new Set());
    const mutates = new Set([...uses.mutates.keys()].filter((root) => root !== "this"));
    drafts.set(name, {
      reads: new Set(uses.reads.keys()),
      assigns: new Set(uses.assigns.keys()),
      mutates,
      types: uses.types,
      calls: uses.calls,
    });
  }

  function paramsOf(name: string): readonly ParamRoot[] | undefined {
    const draft = drafts.get(name);
    return draft === undefined ? scope.names.get(name)?.mutatesParams : paramsIn(draft);
  }

  // A function changes what it hands to a function that changes it; around circles of calls until nothing new is found.
  for (let changed = true; changed; ) {
    changed = false;
    for (const draft of drafts.values()) {
      const before = draft.mutates.size;
      for (const call of draft.calls)
        for (const root of changedBy(call, paramsOf(call.callee) ?? [])) draft.mutates.add(root);
      draft.mutates.delete("this");
      changed ||= draft.mutates.size > before;
    }
  }

  return {
    of(name) {
      const draft = drafts.get(name);
      return draft === undefined
        ? null
        : {
            ...draft,
            mutates: new Set([...draft.mutates].filter((root) => readParamRoot(root) === null)),
            params: paramsIn(draft),
          };
    },
    isKnown: (name) => paramsOf(name) !== undefined,
    changedByCalls: (calls) => new Set(calls.flatMap((call) => changedBy(call, paramsOf(call.callee) ?? []))),
    reachedFrom: (names) => reachedFrom(drafts, names),
  };
}

function paramsIn(draft: Draft): ParamRoot[] {
  const found = [...draft.mutates].flatMap((root) => readParamRoot(root) ?? []);
  return found.sort((a, b) => (paramRoot(a) < paramRoot(b) ? -1 : 1));
}

function reachedFrom(
  drafts: ReadonlyMap<string, Draft>,
  names: Iterable<string>,
): { mutates: Set<string>; assigns: Set<string> } {
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
