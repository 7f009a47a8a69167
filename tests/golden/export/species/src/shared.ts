// Code that several steps of species.ipynb use.
// notebook cell 2 [setup] line 4
export const UNKNOWN = "unknown";

// notebook cell 2 [setup] line 6
/** A bird as the file has it. */
export interface Bird {
  /** Grams. */
  "Body Mass (g)": number | null;
  Sex?: "MALE" | "FEMALE" | null;
}

// notebook cell 5 [fit] line 1
export class Scale {
  mean = 0;
  constructor(values: number[]) {
    this.mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  apply(value: number): number {
    return value - this.mean;
  }
}
