// One of several processes that register versions of these thresholds at once; prints their ids and numbers.
import { registerVersion } from "../../../kernel-lib/src/registry/register-version.js";
import { draftOf } from "./draft.js";

const [root = "", ...thresholds] = process.argv.slice(2);
const made = [];
for (const threshold of thresholds) {
  const { manifest, isNew } = await registerVersion(
    root,
    await draftOf(root, { threshold: Number(threshold), names: [] }),
  );
  made.push({ id: manifest.id, number: manifest.number, isNew });
}
process.stdout.write(JSON.stringify(made));
