const columns = /** @type {const} */ ([
  "metric",
  "ours",
  "peer",
  "peerName",
  "unit",
  "ratio",
  "interval",
  "goal",
  "met",
]);

/**
 * A table for people.
 *
 * @param {readonly import("./row.js").Row[]} rows
 */
export function formatRows(rows) {
  const table = [[...columns], ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...table.map((line) => line[index]?.length ?? 0)));
  return table
    .map(
      (line) =>
        `${line
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** @param {string | number | boolean | null | readonly number[]} value */
function cell(value) {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "NO";
  return typeof value === "object" ? value.join(" to ") : String(value);
}
