import { createHash } from "node:crypto";
import type { CellDiagnostic } from "../analyze/cell-compiler.js";
import type { CellFacts } from "../notebook/cell-facts.js";
import type { FactsReply, FactsRequest } from "./api.js";

/** What the page needs of all facts: those that it does not hold yet. */
export function factsReply(
  request: FactsRequest,
  facts: ReadonlyMap<string, CellFacts>,
  errors: ReadonlyMap<string, readonly CellDiagnostic[]>,
): FactsReply {
  if (request.speed === "bind") return { facts: Object.fromEntries(facts), keys: {}, errors: {} };
  const keys = Object.fromEntries([...facts].map(([id, one]) => [id, keyOf(one)]));
  return {
    facts: Object.fromEntries([...facts].filter(([id]) => request.known?.[id] !== keys[id])),
    keys,
    errors: Object.fromEntries([...errors].filter(([, list]) => list.length > 0)),
  };
}

function keyOf(facts: CellFacts): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64url").slice(0, 12);
}
