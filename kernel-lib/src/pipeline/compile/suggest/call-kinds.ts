import type { CallSurvey } from "../../../notebook/cell-survey.js";

/** What a call does, as far as its name and the module that it comes from tell. */
export type CallKind =
  | "metric"
  | "model"
  | "param"
  | "secret"
  | "show"
  | "read"
  | "list"
  | "write"
  | "network"
  | "database"
  | "train"
  | "settings"
  | "random"
  | "seeded"
  | "clock"
  | "effect";

/** A call, with the import that its first name stands for. */
export interface ResolvedCall {
  readonly call: CallSurvey;
  readonly from: { readonly specifier: string; readonly imported: string } | null;
}

const READS =
  /^(?:readFile(?:Sync)?|createReadStream|readJson(?:Sync)?|read(?:Csv|CSV|Parquet|Arrow|Table|Lines)\w*|load(?:CSV|JSON|Arrow|Fixed|Csv|Json|Parquet|LayersModel|GraphModel|Table|Model|Data)\w*|openAsBlob)$/;
const LISTS = /^(?:readdir(?:Sync)?|opendir(?:Sync)?|glob(?:Sync)?|existsSync|stat(?:Sync)?)$/;
const WRITES =
  /^(?:writeFile(?:Sync)?|appendFile(?:Sync)?|createWriteStream|mkdir(?:Sync)?|mkdtemp(?:Sync)?|copyFile(?:Sync)?|cp(?:Sync)?|rename(?:Sync)?|rm(?:Sync)?|unlink(?:Sync)?|truncate(?:Sync)?|symlink(?:Sync)?|writeJson(?:Sync)?|write(?:Csv|CSV|Parquet|Arrow|Table)\w*|toFile|saveAs|save)$/;
const TRAINS = /^(?:fit|fitDataset|trainOnBatch|train|minimize|applyGradients)$/;
const DATABASES =
  /(?:^|[/-])(?:pg|postgres|mysql2?|sqlite3?|better-sqlite3|duckdb|@duckdb\/.*|mongodb|redis|ioredis|knex|kysely|drizzle-orm)(?:$|[/-])|^node:sqlite$/;
/** Calls that set how a library works from then on, in this process. */
const SETTINGS =
  /^(?:set[A-Z]\w*|enable\w+|disable\w+|register\w*|addFunction|addAggregateFunction|addWindowFunction|config|configure|extend|use|ready|install|locale|polyfill)$/;
/** Methods that act on something outside. */
const EFFECTS =
  /^(?:close(?:Sync)?|end|disconnect|destroy|stop|kill|release|exec|execute|run|send|emit|publish|post|put|patch|insert\w*|update\w*|upsert|delete\w*|remove|commit|rollback|write|listen|connect|spawn|spawnSync|execSync|execFile|execFileSync|fork|chdir|exit|abort|on|once)$/;

/** Kinds of one call; none where it computes, as far as can be seen. */
export function callKinds({ call, from }: ResolvedCall): CallKind[] {
  const parts = call.callee
    .replace(/^new /, "")
    .replaceAll(/\(\)|\[\]/g, "")
    .split(".");
  const root = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const own = from === null || parts.length > 1 ? last : from.imported === "default" ? last : from.imported;
  const specifier = from?.specifier.replace(/^node:/, "") ?? "";
  if (specifier === "tagline" || (from === null && parts.length === 1)) {
    if (own === "metric" || own === "model" || own === "param" || own === "secret") return [own];
  }
  if (specifier === "tagline" || specifier === "tslab") return ["show"];
  if (root === "console") return ["show"];
  const found: CallKind[] = [];
  const isFile = /^fs(?:\/promises)?$|^fs-extra$/.test(specifier) || root === "fs" || root === "fsp";
  if (READS.test(own) && (isFile || from !== null || parts.length > 1)) found.push("read");
  if (LISTS.test(own) && isFile) found.push("list");
  if (WRITES.test(own) && (isFile || /^(?:save|toFile|saveAs|writeJson\w*)$/.test(own))) found.push("write");
  if (root === "fetch" && from === null) found.push("network");
  if (/^(?:axios|got|undici|node-fetch|ky|https?)$/.test(specifier)) found.push("network");
  if (DATABASES.test(from?.specifier ?? "") || /^(?:query|sql|prepare)$/.test(last)) found.push("database");
  if (TRAINS.test(last) && parts.length > 1) found.push("train");
  if (parts.length > 1 && from !== null && SETTINGS.test(last) && call.statement >= 0) found.push("settings");
  if (call.callee === "Math.random") found.push("seeded");
  if (/^(?:crypto\.)?(?:randomUUID|randomBytes|getRandomValues|randomInt|randomFillSync)$/.test(call.callee))
    found.push("random");
  if (/^(?:Date\.now|performance\.now|process\.hrtime(?:\.bigint)?)$/.test(call.callee)) found.push("clock");
  if (call.callee === "new Date" && call.arguments === 0) found.push("clock");
  if (EFFECTS.test(last) && (parts.length > 1 || specifier === "child_process")) found.push("effect");
  return found;
}
