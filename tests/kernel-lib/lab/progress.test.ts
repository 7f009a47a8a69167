import { expect, test } from "vitest";
import { createProgress } from "../../../kernel-lib/src/lab/progress.js";

function listen(times: number[]) {
  let text = "";
  const stream = {
    write: (chunk: string) => {
      text += chunk;
    },
  };
  return { progress: createProgress(stream, () => times.shift() ?? 0), read: () => text };
}

test("progress.stage() writes one line with the outcome and the time", async () => {
  const { progress, read } = listen([0, 26_140, 30_000, 30_004]);
  await progress.stage("Node packages", async () => "installed");
  await progress.stage("Library", async () => null);
  expect(
    read()
      .split("\n")
      .map((line) => line.replace(/ +/g, " ")),
  ).toEqual(["Node packages installed 26.1 s", "Library unchanged 0.0 s", ""]);
});

test("progress.stage() marks the stage that failed and lets the failure through", async () => {
  const { progress, read } = listen([0, 1000]);
  const failing = progress.stage("Python packages", async () => {
    throw new Error("no network");
  });
  await expect(failing).rejects.toThrow("no network");
  expect(read().replace(/ +/g, " ")).toBe("Python packages failed 1.0 s\n");
});
