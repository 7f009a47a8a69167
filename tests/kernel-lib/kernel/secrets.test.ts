import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { KernelClient, streamText } from "./support/kernel-client.js";

// Starting the compiler takes long where many tests share a machine.
vi.setConfig({ testTimeout: 120_000 });

test("a secret leaves the kernel in no output, error, history or log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-secret-"));
  const value = 'hunter2"two\\three';
  const history = join(folder, "history.jsonl");
  const kernel = await KernelClient.start({ folder, env: { MY_TOKEN: value, TAGLINE_HISTORY: history } });
  const printed = await kernel.execute(
    'import { display, secret } from "tagline";\nconst token = secret("MY_TOKEN");\nconsole.log(token, JSON.stringify({ token }), encodeURIComponent(token));\nprocess.stderr.write(Buffer.from(token));\ndisplay.html(["<b>", token, "</b>"].join(""));\n[token]',
    {},
    { user_expressions: { token: "token" } },
  );
  expect(streamText(printed)).toBe('••• {"token":"•••"} •••\n');
  expect(streamText(printed, "stderr")).toBe("•••");
  await kernel.execute("throw new Error(['Cannot log in with', token].join())");
  // The cell itself has it as it is.
  const whole = await kernel.execute(`token.length === ${value.length}`);
  expect(whole.reply["status"]).toBe("ok");
  expect(await kernel.stop()).toBe(0);
  const lineage = join(folder, ".tagline", "lineage");
  const kept = [history, ...readdirSync(lineage).map((name) => join(lineage, name))].map((path) =>
    readFileSync(path, "utf8"),
  );
  const said = kernel.log.map(({ content }) => JSON.stringify(content));
  expect([...said, ...kept].filter((text) => text.includes("hunter2"))).toEqual([]);
  expect(said.filter((text) => text.includes("•••")).length).toBeGreaterThanOrEqual(6);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
