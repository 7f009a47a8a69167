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
  TL059: {
    severity: "warning",
    meaning: "A file that a step read is not kept with the run: `tagline restore` cannot bring it back.",
  },
  TL060: {
    severity: "warning",
    meaning: "The session ran a cell of the pipeline as it stood before it was edited.",
  },
  TL061: {
    severity: "warning",
    meaning: "A step uses a value of the session whose cell was deleted.",
  },
  TL062: {
    severity: "warning",
    meaning:
      "The session ran cells in another order than the notebook's, and a cell read another value than a run gives it.",
  },
  TL063: {
    severity: "warning",
    meaning: "A step read at run time what another step made, and its code does not show it.",
  },
  TL064: {
    severity: "warning",
    meaning:
      "A step changed a value in place, its code does not show it, and a later step takes the value from before.",
  },
  TL065: {
    severity: "warning",
    meaning: "A step reads a file that another step writes, and nothing says that it comes after it.",
  },
} as const;
