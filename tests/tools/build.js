// `npm run build`: the library, the extension and their install into .venv, as `npm start` does them.
import "../../kernel-lib/bin/check-node.js";
import { LabError } from "../../kernel-lib/src/lab/lab-error.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { prepare } from "../../kernel-lib/src/lab/prepare.js";
import { createProgress } from "../../kernel-lib/src/lab/progress.js";

try {
  await prepare(
    { places: checkout, retry: "npm run build", signal: new AbortController().signal },
    createProgress(process.stdout),
  );
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error([error.message, ...error.details].join("\n  "));
  process.exitCode = 1;
}
