// Model "birds": its code as the notebook has it; the values come from the version.

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

export default function create({ centres, margin, scale }: any) {
  // notebook cell 2 [setup] line 4
  const UNKNOWN = "unknown";

  // notebook cell 6 [predict] line 1
  /** The nearest centre. */
  function nearest(value: number): string {
    return [...centres].sort((a, b) => Math.abs(a[1] - value) - Math.abs(b[1] - value))[0][0];
  }

  // notebook cell 6 [predict] line 6
  function predict(bird: Bird): { species: string; sure: boolean } {
    const mass = bird["Body Mass (g)"];
    if (mass === null) return { species: UNKNOWN, sure: false };
    const value = scale.apply(mass);
    return { species: nearest(value), sure: Math.abs(value) > margin };
  }

  return { predict };
}

export const classes = { Scale };
