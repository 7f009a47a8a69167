import { captureChildren } from "./capture-children.js";
import { captureOutput, serverLog } from "./capture-output.js";
import { startKernel } from "./start-kernel.js";
import { readConnection } from "./wire/connection.js";

/** `node main.js CONNECTION_FILE`: a Jupyter kernel for TypeScript. */
const [file] = process.argv.slice(2);
if (file === undefined) {
  serverLog("Cannot start the kernel: Jupyter starts it with the path of a connection file");
  process.exit(2);
}
captureOutput();
captureChildren((name, text) => void process[name].write(text));
await startKernel(readConnection(file), process.cwd());
