import { existsSync } from "node:fs";

const ownCode = new URL("../", import.meta.url).href;

let bundle: string | null = null;

/**
 * From now on this process takes Tagline's own modules from the bundle in `folder` (a URL with a slash at its end), of which this module
 * is a part: a second copy of them would know nothing of what the first one does.
 */
export function useBundle(folder: string): void {
  bundle = folder;
}

/**
 * URL of the bundle's module that stands for one of Tagline's own, by the URL that it has in `dist`; any other URL as it is.
 *
 * @param folder the bundle's URL; null for none. Default: what this process uses
 */
export function ownTwin(url: string, folder: string | null = bundle): string {
  if (folder === null || !url.startsWith(ownCode) || url.startsWith(folder)) return url;
  const twin = new URL(url.slice(ownCode.length).replaceAll("/", "-"), folder);
  return existsSync(twin) ? twin.href : url;
}
