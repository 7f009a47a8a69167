import { nearest } from "../notebook/nearest.js";

type Spec = Readonly<Record<string, unknown>>;

/** Marks and channels of Vega-Lite 5 and 6. */
const MARKS =
  "arc area bar boxplot circle errorband errorbar geoshape image line point rect rule square text tick trail".split(
    " ",
  );
const CHANNELS = (
  "angle color column description detail facet fill fillOpacity href key latitude latitude2 longitude longitude2 opacity order radius " +
  "radius2 row shape size stroke strokeDash strokeOpacity strokeWidth text theta theta2 time tooltip url x x2 xError xError2 xOffset " +
  "y y2 yError yError2 yOffset"
).split(" ");
const TYPES = ["quantitative", "ordinal", "temporal", "nominal", "geojson"];
const LISTS = ["layer", "concat", "hconcat", "vconcat"];
const COMPOSITIONS = [...LISTS, "spec"];

/** Rows that are looked at for a field. */
const PROBED_ROWS = 10_000;

/**
 * What keeps a Vega-Lite spec (JSON, data as rows) from being drawn as it was meant, in sentences; none for a spec that will do. Only
 * what is surely wrong is told: a picture that JupyterLab can draw is never withheld.
 */
export function checkVegaLite(spec: Spec): string[] {
  const problems: string[] = [];
  // A transform may make any field.
  const isPlain = !mentions(spec, "transform");
  visit(spec, "", { fields: rowsOf(spec), hasData: false, isPlain }, problems);
  return problems.slice(0, 5);
}

/** What a view has from the views that it stands in. */
interface Above {
  /** Names of the fields of its rows, where they are known. */
  readonly fields: Fields | null;
  readonly hasData: boolean;
  /** No transform in the whole spec. */
  readonly isPlain: boolean;
}

function visit(spec: Spec, path: string, above: Above, problems: string[]): void {
  const here: Above = spec["data"] === undefined ? above : { ...above, fields: rowsOf(spec), hasData: true };
  const parts = COMPOSITIONS.filter((name) => spec[name] !== undefined);
  if (spec["mark"] === undefined && parts.length === 0) {
    problems.push(
      `${place(path)}has no "mark" (bar, line, point, …) and is no composition of views (layer, concat, facet, …)`,
    );
    return;
  }
  checkMark(spec["mark"], path, problems);
  checkEncoding(spec["encoding"], path, here.isPlain ? here.fields : null, problems);
  if (!here.hasData && parts.length === 0 && usesField(spec["encoding"]))
    problems.push(`${place(path)}shows fields, but has no "data"`);
  for (const name of parts) {
    const part = spec[name];
    if (name === "spec") {
      if (isObject(part)) visit(part, `${path}spec.`, here, problems);
    } else if (!Array.isArray(part)) {
      problems.push(`${place(path)}has a "${name}" that is no list of views`);
    } else {
      part.forEach((view: unknown, index) => {
        if (isObject(view)) visit(view, `${path}${name}[${index}].`, here, problems);
        else problems.push(`${place(path)}has a "${name}" whose view ${index} is no object`);
      });
    }
  }
}

function checkMark(mark: unknown, path: string, problems: string[]): void {
  const type = isObject(mark) ? mark["type"] : mark;
  if (mark === undefined || (typeof type === "string" && MARKS.includes(type))) return;
  if (typeof type !== "string") {
    problems.push(`${place(path)}has a "mark" without a type; a mark is one of ${MARKS.join(", ")}`);
    return;
  }
  const near = nearest(type, MARKS);
  problems.push(
    `${place(path)}has the mark "${type}", which does not exist; ${near === null ? `a mark is one of ${MARKS.join(", ")}` : `did you mean "${near}"?`}`,
  );
}

function checkEncoding(encoding: unknown, path: string, fields: Fields | null, problems: string[]): void {
  if (encoding === undefined) return;
  if (!isObject(encoding)) {
    problems.push(`${place(path)}has an "encoding" that is no object of channels`);
    return;
  }
  for (const [channel, definition] of Object.entries(encoding)) {
    if (!CHANNELS.includes(channel)) {
      const near = nearest(channel, CHANNELS);
      problems.push(
        `${place(path)}encodes "${channel}", which is no channel${near === null ? "" : `; did you mean "${near}"?`}`,
      );
    } else if (isObject(definition)) {
      checkType(definition["type"], `${path}encoding.${channel}`, problems);
      if (channel === "x" || channel === "y") checkField(definition["field"], path, channel, fields, problems);
    }
  }
}

function usesField(encoding: unknown): boolean {
  return (
    isObject(encoding) &&
    Object.values(encoding).some((definition) => isObject(definition) && typeof definition["field"] === "string")
  );
}

function checkType(type: unknown, path: string, problems: string[]): void {
  if (type === undefined || (typeof type === "string" && TYPES.includes(type))) return;
  const near = typeof type === "string" ? nearest(type, TYPES) : null;
  problems.push(
    `${path} has the type ${JSON.stringify(type)}; ${near === null ? `it is one of ${TYPES.slice(0, 4).join(", ")}` : `did you mean "${near}"?`}`,
  );
}

function checkField(field: unknown, path: string, channel: string, fields: Fields | null, problems: string[]): void {
  // A path into nested rows is not followed.
  if (fields === null || typeof field !== "string" || /[.[\]\\]/.test(field) || fields.has(field)) return;
  const near = nearest(field, fields);
  const known = [...fields].slice(0, 20).join(", ");
  problems.push(
    `${place(path)}shows the field "${field}" on ${channel}, but its rows have ${known}${near === null ? "" : `; did you mean "${near}"?`}`,
  );
}

type Fields = ReadonlySet<string>;

/** Names of the fields of a view's own rows; null where they are elsewhere, many, or not plain objects. */
function rowsOf(spec: Spec): Fields | null {
  const { data } = spec;
  if (!isObject(data) || data["format"] !== undefined || !Array.isArray(data["values"])) return null;
  const rows: readonly unknown[] = data["values"];
  if (rows.length === 0 || rows.length > PROBED_ROWS) return null;
  const names = new Set<string>();
  for (const row of rows) {
    if (!isObject(row)) return null;
    for (const name of Object.keys(row)) names.add(name);
  }
  return names;
}

function mentions(spec: Spec, key: string): boolean {
  if (spec[key] !== undefined) return true;
  return COMPOSITIONS.some((name) => {
    const part = spec[name];
    const views: readonly unknown[] = Array.isArray(part) ? part : [part];
    return views.some((view) => isObject(view) && mentions(view, key));
  });
}

function place(path: string): string {
  return path === "" ? "It " : `${path.slice(0, -1)} `;
}

function isObject(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
