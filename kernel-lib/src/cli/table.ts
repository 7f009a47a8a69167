/** Rows under a head, in columns as wide as their widest text; columns without any text are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = head.map((_, column) => column).filter((column) => rows.some((row) => (row[column] ?? "") !== ""));
  const widths = columns.map((column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  return [head, ...rows].map((row) =>
    columns
      .map((column, index) => (row[column] ?? "").padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
