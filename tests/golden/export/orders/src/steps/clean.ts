// Step "clean" of orders.ipynb.
import { cell } from "tagline/pipeline";
import type { Order } from "../shared.js";
import type { ReadOutputs } from "./read.js";

export async function clean({ orders }: Pick<ReadOutputs, "orders">) {
  cell("cell-c3", 2420477562);
  // notebook cell 3 [cell-c3] line 1
  const complete = orders.filter((order): order is Order & { total: number } => order.total !== null);
  const dropped = orders.length - complete.length;

  return { complete, dropped };
}

export type CleanOutputs = Awaited<ReturnType<typeof clean>>;

export default clean;
