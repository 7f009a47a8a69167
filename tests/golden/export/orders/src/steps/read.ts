// Step "read" of orders.ipynb.
import { readFileSync } from "fs";
import { cell } from "tagline/pipeline";
import type { Order } from "../shared.js";

export async function read() {
  cell("cell-b2", 4273858213);
  // notebook cell 2 [cell-b2] line 1
  const text = readFileSync("orders.csv", "utf8");
  const orders: Order[] = text.trim().split(/\r?\n/).slice(1).map((line) => {
    const [id, customer, total, paid] = line.split(",");
    return { id: Number(id), customer, total: total === "" ? null : Number(total), paid: paid === "yes" };
  });

  return { orders };
}

export type ReadOutputs = Awaited<ReturnType<typeof read>>;

export default read;
