/** A value of JSON as a Python expression: safe for whatever its strings hold. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([key, member]) => `${pythonString(key)}: ${pythonLiteral(member)}`)
      .join(", ")}}`;
  }
  return pythonString(String(value));
}

/** Python reads JSON's escapes; what could end a line or hide text (U+2028, directions of writing) is escaped as well. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Text for one line of comment. */
export function pythonComment(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

/** A Python name for any text: `train-model` as `train_model`, never a word of the language or one that is taken. */
export function pythonName(text: string, taken: ReadonlySet<string>): string {
  let name = text.replaceAll(/[^A-Za-z0-9_]/g, "_");
  if (!/^[A-Za-z]/.test(name)) name = `_${name}`;
  while (KEYWORDS.has(name) || taken.has(name)) name += "_";
  return name;
}

const KEYWORDS = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try type while with yield dict list int str bool float map object print range set tuple".split(
    " ",
  ),
);

function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : 'float("-inf")';
  return Object.is(value, -0) ? "-0.0" : String(value);
}
