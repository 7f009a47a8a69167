import { types } from "node:util";
import {
  batchType,
  bool,
  Column,
  columnFromArray,
  columnFromValues,
  type DataType,
  dictionary,
  field,
  float64,
  int32,
  int64,
  Table,
  TimeUnit,
  tableFromIPC,
  tableToIPC,
  timestamp,
  utf8,
} from "@uwdata/flechette";
import { groupsByColumns, sameGroups } from "./groups-by-columns.js";
import { makeTable, type PlainTable } from "./table.js";

/**
 * Tables as Arrow IPC files, which pyarrow, DuckDB, polars and R open. The bytes follow from the values alone: one batch, no
 * metadata but that gaps of a column are `undefined`, and by which columns the rows are grouped. A typed array is a column that may hold no null, a plain array one that may.
 */

const GAP = "tagline.gap";
const GROUPED_BY = "tagline.groupby";
/** Offsets of an Arrow string column count to 2^31; a UTF-16 unit takes three bytes at most. */
const MOST_LETTERS = 700_000_000;

/**
 * The table as an Arrow file, or null where that would not give back the same values: groups by an expression, a column of
 * objects, of different kinds, of gaps that are partly null and partly undefined.
 */
export function toArrowFile({ names, columns, groups }: PlainTable): Uint8Array | null {
  if (names.length === 0) return null;
  const made: Made[] = [];
  for (const values of columns) {
    const one = ArrayBuffer.isView(values) ? typedColumn(values) : plainColumn(values);
    if (one === null) return null;
    made.push(one);
  }
  const derived = groups === null ? null : groupsByColumns({ names, columns }, groups.names);
  if (groups !== null && (derived === null || !sameGroups(groups, derived))) return null;
  const fields = made.map(({ column, nullable, isUndefined }, index) =>
    field(names[index] ?? "", column.type, nullable, isUndefined ? new Map([[GAP, "undefined"]]) : undefined),
  );
  const groupedBy = groups === null ? null : new Map([[GROUPED_BY, JSON.stringify(groups.names)]]);
  const schema = { version: 4 as const, endianness: 0 as const, fields, metadata: groupedBy };
  return tableToIPC(
    new Table(
      schema,
      made.map(({ column }) => column),
    ),
    { format: "file" },
  );
}

/** The table again, made with the notebook's own arquero. */
export function fromArrowFile(bytes: Uint8Array, arquero: object): object {
  // A copy of its own begins at 0, as wide numbers need.
  const table = tableFromIPC(Uint8Array.from(bytes), { useBigInt: true, useDate: true });
  const { fields } = table.schema;
  const columns = fields.map(({ nullable, metadata }, index) => {
    const column = table.getChildAt(index);
    const values: ArrayLike<unknown> = column.toArray();
    // A typed array of its own: columns are not to share what one of them may change.
    if (!nullable) return ArrayBuffer.isView(values) && "slice" in values ? (values as Float64Array).slice() : values;
    const plain: unknown[] = Array.isArray(values) ? values : Array.from(values);
    return metadata?.get(GAP) === "undefined" ? plain.map((value) => (value === null ? undefined : value)) : plain;
  });
  const names = fields.map(({ name }) => name);
  const by = table.schema.metadata?.get(GROUPED_BY);
  // Written above.
  const groups = by === undefined ? null : groupsByColumns({ names, columns }, JSON.parse(by) as string[]);
  return makeTable(arquero, names, columns, groups);
}

interface Made {
  readonly column: Column<unknown>;
  readonly nullable: boolean;
  /** Gaps are `undefined`, not null. */
  readonly isUndefined: boolean;
}

const TYPED = new Set([
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint16Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
]);

function typedColumn(values: ArrayLike<unknown>): Made | null {
  const name = Object.prototype.toString.call(values).slice(8, -1);
  if (!TYPED.has(name) || Buffer.isBuffer(values)) return null;
  // One of the names above; a copy, since the bytes are written later.
  return { column: bareColumn((values as Float64Array).slice()), nullable: false, isUndefined: false };
}

/** One batch, also of nothing, which flechette would make none of. */
function bareColumn(values: Float64Array): Column<unknown> {
  const one = new (values.constructor as Float64ArrayConstructor)(1);
  const { type } = columnFromArray(one, undefined, { useBigInt: true });
  const Direct = batchType(type, { useBigInt: true });
  return new Column([new Direct({ length: values.length, nullCount: 0, type, validity: new Uint8Array(0), values })]);
}

/** How values of one kind are written; `isKind` tells whether one of them is, and can be, exactly. */
interface Kind {
  readonly isKind: (value: unknown) => boolean;
  readonly type: (length: number, distinct: number) => DataType;
}

const NUMBER: Kind = { isKind: (value) => typeof value === "number", type: () => float64() };
const KINDS: Readonly<Record<string, Kind>> = {
  number: NUMBER,
  boolean: { isKind: (value) => typeof value === "boolean", type: () => bool() },
  bigint: {
    isKind: (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
    type: () => int64(),
  },
  string: {
    // Node 20 has it; the ES2023 types do not.
    isKind: (value) => typeof value === "string" && (value as string & { isWellFormed(): boolean }).isWellFormed(),
    // Words that repeat are written once.
    type: (length, distinct) => (length >= 24 && distinct * 4 <= length ? dictionary(utf8(), int32()) : utf8()),
  },
  object: { isKind: isPlainDate, type: () => timestamp(TimeUnit.MILLISECOND, null) },
};

function plainColumn(values: ArrayLike<unknown>): Made | null {
  const { length } = values;
  let kind: Kind | null = null;
  let gap: null | undefined;
  let hasGap = false;
  let letters = 0;
  const distinct = new Set<unknown>();
  for (let index = 0; index < length; index += 1) {
    const value = values[index];
    if (value === null || value === undefined) {
      if ((hasGap && gap !== value) || !(index in values)) return null;
      hasGap = true;
      gap = value;
      continue;
    }
    kind ??= KINDS[typeof value] ?? null;
    if (kind === null || !kind.isKind(value)) return null;
    if (typeof value === "string") {
      letters += value.length;
      if (distinct.size * 4 <= length) distinct.add(value);
    } else if (typeof value === "object") {
      // The same date twice is one object, which may be changed in place.
      if (distinct.has(value)) return null;
      distinct.add(value);
    }
  }
  if (letters > MOST_LETTERS) return null;
  if (length === 0) return { column: bareColumn(new Float64Array(0)), nullable: true, isUndefined: false };
  const visit = (callback: (value: unknown) => void): void => {
    for (let index = 0; index < length; index += 1) callback(values[index] ?? null);
  };
  const type = (kind ?? NUMBER).type(length, distinct.size);
  return {
    column: columnFromValues(visit, type, { useBigInt: true }),
    nullable: true,
    isUndefined: hasGap && gap === undefined,
  };
}

/** A valid date that is nothing else besides. */
function isPlainDate(value: unknown): boolean {
  return (
    types.isDate(value) &&
    Object.getPrototypeOf(value) === Date.prototype &&
    Number.isFinite(value.getTime()) &&
    Object.isExtensible(value) &&
    Object.keys(value).length === 0
  );
}
