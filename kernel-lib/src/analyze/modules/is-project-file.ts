import { fileURLToPath } from "node:url";

const ownCode = new URL("../../", import.meta.url).href;

/** True for a file of the person's own that is loaded as it is on the disk at that time: not a package's, not Tagline's. */
export function isProjectFile(url: string): boolean {
  if (!url.startsWith("file:") || url.startsWith(ownCode)) return false;
  const path = fileURLToPath(url);
  return !path.includes("/node_modules/") && /\.(?:[cm]?[jt]s|[jt]sx|json)$/.test(path);
}

/** True for what Node cannot run as it stands. */
export function isTypeScriptUrl(url: string): boolean {
  return url.startsWith("file:") && !url.startsWith(ownCode) && /\.(?:[cm]?ts|[jt]sx)$/.test(new URL(url).pathname);
}
