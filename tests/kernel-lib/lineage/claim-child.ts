// One of several processes that want the same things: tells, for each key, whether it got it.
import { claim } from "../../../kernel-lib/src/lineage/claim.js";

const [root = "", count = "0", holder = ""] = process.argv.slice(2);
const won = Array.from({ length: Number(count) }, (_, key) => claim(root, "number", String(key), holder).mine);
process.stdout.write(JSON.stringify(won));
