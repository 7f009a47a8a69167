// Step "group" of orders.ipynb.
import { cell } from "tagline/pipeline";
import type { ByCustomer } from "../shared.js";
import type { CleanOutputs } from "./clean.js";

export async function group({ complete }: Pick<CleanOutputs, "complete">) {
  cell("cell-d4", 2573188687);
  // notebook cell 4 [cell-d4] line 1
  const byCustomer: ByCustomer = {};
  for (const order of complete) (byCustomer[order.customer] ??= []).push(order);

  return { byCustomer };
}

export type GroupOutputs = Awaited<ReturnType<typeof group>>;

export default group;
