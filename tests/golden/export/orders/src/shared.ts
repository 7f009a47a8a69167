// Code that several steps of orders.ipynb use.
// notebook cell 1 [cell-a1] line 4
export interface Order {
  id: number;
  customer: string;
  /** In euros. */
  total: number | null;
  paid: boolean;
}

// notebook cell 1 [cell-a1] line 11
export type ByCustomer = Record<string, Order[]>;
