/** A model's name stands in file names and addresses. */
export function checkModelName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(name) && !name.endsWith(".")) return name;
  throw new RangeError(
    `Cannot name a model ${JSON.stringify(name)}: use a letter, then up to 63 letters, digits, "-", "_" and "."`,
  );
}

/** `newest` and `latest` always mean the version with the highest number, and digits mean a number. */
export function checkAlias(alias: string): string {
  const isReserved = alias === "newest" || alias === "latest";
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(alias) && !isReserved) return alias;
  throw new RangeError(
    `Cannot name an alias ${JSON.stringify(alias)}: ${isReserved ? "that always means the newest version" : 'use a letter, then up to 63 letters, digits, "-" and "_"'}`,
  );
}

/** What a person wrote for a version: `penguins`, `penguins@production`, `penguins@3`, `penguins@9f3a11c2`, each also behind `model:`. */
export interface ModelRequest {
  readonly model: string;
  /** An alias, a number or the first digits of an id; undefined where nothing was said. */
  readonly selector: string | undefined;
}

export function parseModelRequest(text: string): ModelRequest {
  const name = text.replace(/^model:/, "");
  const at = name.indexOf("@");
  if (at < 0) return { model: name, selector: undefined };
  return { model: name.slice(0, at), selector: name.slice(at + 1) };
}
