import { catalogValue } from "../../lineage/catalog-value.js";
import { ownValue } from "../../lineage/own-value.js";
import { UsageError } from "./usage-error.js";

const DEFAULT_BYTES = 256e6;
const UNITS: Readonly<Record<string, number>> = { "": 1e6, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/**
 * Largest file that a run keeps of those that it reads, bytes: the flag, else `TAGLINE_KEEP_INPUTS`, else `keepInputs` of the
 * notebook's metadata under `tagline`, else of the catalog, else 256 MB. A bare number counts megabytes; `off` is 0. @throws {UsageError}
 */
export function keepInputsLimit(sources: {
  readonly flag?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The notebook's text. */
  readonly notebook?: string | undefined;
  readonly root: string;
}): number {
  const given: readonly (readonly [where: string, value: () => unknown])[] = [
    ["--keep-inputs", () => sources.flag],
    ["TAGLINE_KEEP_INPUTS", () => sources.env["TAGLINE_KEEP_INPUTS"] || undefined],
    ["the notebook's metadata", () => ownValue(parse(sources.notebook), "metadata", "tagline", "keepInputs")],
    ["the catalog", () => catalogValue(sources.root, "keepInputs")],
  ];
  for (const [where, read] of given) {
    const value = read();
    if (value !== undefined) return bytesOf(value, where);
  }
  return DEFAULT_BYTES;
}

function bytesOf(value: unknown, where: string): number {
  if (typeof value === "number" && value >= 0) return value * 1e6;
  const text = String(value).trim().toUpperCase();
  if (text === "OFF" || value === false) return 0;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]B)?$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (number === undefined || factor === undefined)
    throw new UsageError(
      `Cannot read keepInputs ${JSON.stringify(value)} of ${where}: write a size such as 256MB or 2GB, or off.`,
    );
  return Number(number) * factor;
}

function parse(text: string | undefined): unknown {
  // A notebook with its outputs may be long, and most say nothing of it.
  if (text?.includes('"keepInputs"') !== true) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
