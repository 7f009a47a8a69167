import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";

test("the kernel passes jupyter_kernel_test", async () => {
  const bin = await sideVenv("judges-venv", "tests/judges/requirements.txt");
  const { code, output } = await runCommand(
    join(bin, "python"),
    [join(checkout.root, "tests", "judges", "kernel_judge.py"), "-v"],
    { env: { ...process.env, JUPYTER_PATH: join(checkout.venv, "share", "jupyter") } },
  );
  expect(code, output).toBe(0);
  const ran = /^Ran (\d+) tests/m.exec(output)?.[1];
  const skipped = /skipped=(\d+)/.exec(output)?.[1] ?? "0";
  expect({ ran: Number(ran), skipped: Number(skipped) }).toEqual({ ran: 12, skipped: 0 });
});
