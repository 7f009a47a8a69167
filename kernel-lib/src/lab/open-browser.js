import { spawn } from "node:child_process";

/**
 * Opens a page in the person's browser. A machine without one is no error: the address is on the screen.
 *
 * @param {string} url
 */
export function openBrowser(url) {
  const [command, args] =
    process.platform === "darwin"
      ? ["open", [url]]
      : process.platform === "win32"
        ? ["rundll32", ["url.dll,FileProtocolHandler", url]]
        : ["xdg-open", [url]];
  const child = spawn(/** @type {string} the tuple's first */ (command), /** @type {string[]} its second */ (args), {
    stdio: "ignore",
    detached: true,
  });
  child.on("error", () => {});
  child.unref();
}
