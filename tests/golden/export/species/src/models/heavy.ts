// Model "heavy": its code as the notebook has it; the values come from the version.

// notebook cell 2 [setup] line 6
/** A bird as the file has it. */
interface Bird {
  /** Grams. */
  "Body Mass (g)": number | null;
  Sex?: "MALE" | "FEMALE" | null;
}

// notebook cell 5 [fit] line 1
class Scale {
  mean = 0;
  constructor(values: number[]) {
    this.mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  apply(value: number): number {
    return value - this.mean;
  }
}

export default function create({ scale }: any) {
  return { predict: (bird: Bird) => scale.apply(bird["Body Mass (g)"]) > 0 };
}

export const classes = { Scale };
