/** Diagnostics that only a run can give, beside those of compiling. The README's table is compared with both. */
export const RUN_DIAGNOSTICS = {
  TL050: {
    severity: "error",
    meaning: "A step changed a value in place that it does not hand on, and a later step takes that value.",
  },
} as const;
