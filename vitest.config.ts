import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`kernel-lib/src/${path}`, import.meta.url));

/** Unit tests run against the sources; e2e, judges and engines against what is built and installed. */
const alias = [
  { find: /^tagline$/, replacement: source("index.ts") },
  { find: /^tagline\/service\/api$/, replacement: source("service/api.ts") },
  { find: /^tagline\/pipeline$/, replacement: source("pipeline/run/index.ts") },
  { find: /^tagline\/(notebook|pipeline\/compile)$/, replacement: source("$1/index.ts") },
];

/** One Jupyter, one browser, one engine at a time: they share a machine with two cores. */
const serial = { pool: "forks", fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    // A person's own history stays as it is.
    env: { TAGLINE_HISTORY: "off" },
    reporters: ["default", "./tests/tools/tally-reporter.ts"],
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/e2e/**", "tests/judges/**", "tests/engines/**", "tests/golden/**", "**/node_modules/**"],
          // Processes, not threads: tests change the working folder, send signals and load zeromq.
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: ["tests/e2e/support/shared-lab.ts"],
          ...serial,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "judges",
          include: ["tests/judges/**/*.test.ts"],
          ...serial,
          testTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "engines",
          include: ["tests/engines/**/*.test.ts"],
          ...serial,
          testTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
