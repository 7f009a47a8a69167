/** Diagnostics that only a run can give, beside those of compiling. The README's table is compared with both. */
export const RUN_DIAGNOSTICS = {
  TL050: {
    severity: "error",
    meaning: "A step changed a value in place that it does not hand on, and a later step takes that value.",
  },
  TL051: {
    severity: "error",
    meaning: "A secret that a step reads is neither in the environment nor in `.env`.",
  },
  TL052: {
    severity: "warning",
    meaning: "Secrets come from a `.env` that git does not ignore.",
  },
} as const;
