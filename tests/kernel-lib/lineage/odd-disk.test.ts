import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { temporaryFolder } from "./support.js";

interface Answer {
  readonly count: number;
  readonly told: readonly { readonly count: number; readonly text: string }[];
  readonly paused: { readonly read: number; readonly intact: boolean };
  readonly counts: readonly number[];
  readonly problems: readonly unknown[];
  readonly intact: boolean;
  readonly runs: number;
}

const child = [
  process.execPath,
  "--import",
  "./tests/kernel-lib/lineage/run-typescript.mjs",
  "tests/kernel-lib/lineage/odd-disk-child.ts",
];

/** Mounts of its own, which go away with the process: by right, or as root of a user namespace. */
const ownMounts = [
  ["unshare", "-m"],
  ["unshare", "-Urm"],
].find(
  ([command = "", ...args]) =>
    spawnSync(command, [...args, "sh", "-c", "mount -t tmpfs -o size=64k tagline-test /mnt"]).status === 0,
);
/** Where nothing may be mounted, no file of a process may grow: the same for a writer as a full disk. */
const fileLimit = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

async function onOddDisk(mode: "full" | "read-only"): Promise<Answer> {
  const [command = "", ...args] = [
    ...(ownMounts ?? fileLimit),
    ...child,
    ownMounts === undefined ? "file-limit" : mode,
    temporaryFolder(),
  ];
  const running = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  running.stdout.on("data", (text: Buffer) => {
    output += text.toString();
  });
  const [code] = await once(running, "close");
  expect(code).toBe(0);
  return JSON.parse(output);
}

const reasons = { full: /ENOSPC|EFBIG/, "read-only": /EROFS|EFBIG/ };

test.each(["full", "read-only"] as const)(
  "SessionLog pauses on a %s disk, says why once, and loses nothing when it can write again",
  { timeout: 120_000 },
  async (mode) => {
    const { count, told, paused, counts, problems, intact, runs } = await onOddDisk(mode);
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Tracking is paused: Cannot write the lineage log in .*The cells themselves go on working\.$/s,
      ),
      "Tracking goes on.",
    ]);
    expect(told[0]?.text).toMatch(reasons[mode]);
    // All that was acknowledged before is there, and the chain holds, while nothing can be written: the first cell brings the session's start along.
    const acknowledged = (told[0]?.count ?? 0) - 1;
    if (mode === "full") expect(acknowledged).toBeGreaterThanOrEqual(5);
    expect(paused).toEqual({ read: 1 + (acknowledged > 0 ? acknowledged + 1 : 0), intact: true });
    expect(told[1]?.count).toBe(66);
    expect(counts).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect({ problems, intact, runs }).toEqual({ problems: [], intact: true, runs: 2 });
  },
);
