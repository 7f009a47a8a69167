import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** What `npm test` counts. A file that could not be loaded, or an error outside every test, counts as one failure. */
interface Tally {
  passed: number;
  failed: number;
  /** Tests of the page, judges and engines; a unit test may skip what a machine cannot show, such as permissions as root. */
  skipped: number;
}

/** Leaves the counts in the file that `TAGLINE_TALLY` names, for the last line of `npm test`. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env["TAGLINE_TALLY"];
    if (file === undefined) return;
    const tally: Tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") tally.passed += 1;
        else if (state === "failed") tally.failed += 1;
        else if (module.project.name !== "unit") tally.skipped += 1;
      }
      if (module.errors().length > 0) tally.failed += 1;
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length > 0 ? 1 : 0;
    }
    writeFileSync(file, JSON.stringify(tally));
  }
}
