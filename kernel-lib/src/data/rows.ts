/** One row by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** A table by its methods, as arquero's are: the notebook may have its own copy of arquero. */
export interface TableLike {
  numRows(): number;
  columnNames(): string[];
  column(name: string): { at(index: number): unknown } | undefined;
}

/** Rows as people have them. */
export type Rows = readonly Row[] | TableLike;

/** One column of rows; `at` gives undefined where the row lacks it. */
export interface Column {
  readonly name: string;
  readonly length: number;
  at(index: number): unknown;
}

/** The columns of rows, in the order in which they first appear. */
export function columnsOf(rows: Rows): Column[] {
  if (!isTable(rows)) {
    const names = new Set<string>();
    for (const row of rows) for (const name in row) names.add(name);
    return [...names].map((name) => ({ name, length: rows.length, at: (index) => rows[index]?.[name] }));
  }
  const length = rows.numRows();
  return rows.columnNames().map((name) => {
    const column = rows.column(name);
    return { name, length, at: (index) => column?.at(index) };
  });
}

export function rowCount(rows: Rows): number {
  return isTable(rows) ? rows.numRows() : rows.length;
}

function isTable(rows: Rows): rows is TableLike {
  return !Array.isArray(rows);
}
