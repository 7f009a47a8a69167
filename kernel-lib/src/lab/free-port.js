import { createServer } from "node:net";
import { LabError } from "./lab-error.js";

/**
 * A port of 127.0.0.1 that nobody listens on: the one asked for, else the first free one from 8888.
 *
 * @param {number | null} asked
 */
export async function choosePort(asked) {
  if (asked !== null) {
    if (await isFree(asked)) return asked;
    throw new LabError(
      `Cannot listen on port ${asked}: another program already does, or it is not permitted. Stop that program, or choose another port, such as --port ${asked < 65_535 ? asked + 1 : 8888}.`,
    );
  }
  for (let port = 8888; port < 8988; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new LabError("Cannot find a free port between 8888 and 8987. Name one with --port.");
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
