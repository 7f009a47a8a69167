import { createHash } from "node:crypto";
import type { CellFacts } from "../notebook/cell-facts.js";
import type { FactsReply, FactsRequest } from "./api.js";

/** What the page needs of all facts: those that it does not hold yet. */
export function factsReply(request: FactsRequest, facts: ReadonlyMap<string, CellFacts>): FactsReply {
  if (request.speed === "bind") return { facts: Object.fromEntries(facts), keys: {} };
  const keys = Object.fromEntries([...facts].map(([id, one]) => [id, keyOf(one)]));
  return { facts: Object.fromEntries([...facts].filter(([id]) => request.known?.[id] !== keys[id])), keys };
}

function keyOf(facts: CellFacts): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64url").slice(0, 12);
}
