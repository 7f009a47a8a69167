import { resolve } from "node:path";
import { checkParams } from "../pipeline/run/check-params.js";
import { givenParams } from "../pipeline/run/given-params.js";
import { printProgress } from "../pipeline/run/print-progress.js";
import { runnableNotebook } from "../pipeline/run/run-pipeline.js";
import type { Comparison, ValueVerdict, VerifyDocument } from "../pipeline/run/verify/verify-document.js";
import { verifyNotebook } from "../pipeline/run/verify/verify-notebook.js";
import { type CliStreams, printJson } from "./streams.js";
import { table } from "./table.js";

export interface VerifyCommandOptions {
  readonly params: readonly string[];
  readonly paramsFile?: string;
  readonly json: boolean;
}

/** Verifies a notebook for a person at a terminal. Resolves to the exit code: 1 if something differs, or the clean run failed. */
export async function verify(notebookPath: string, options: VerifyCommandOptions & CliStreams): Promise<number> {
  const { params: flags, paramsFile: file, json, stdout, stderr } = options;
  const target = await runnableNotebook({ notebookPath: resolve(notebookPath) });
  const { params } = target.program.plan;
  const given = givenParams({ flags, env: process.env, ...(file === undefined ? {} : { file }) }, params);
  const cancel = new AbortController();
  const abort = (): void => cancel.abort();
  process.once("SIGINT", abort).once("SIGTERM", abort);
  try {
    const document = await verifyNotebook(target, {
      params: checkParams(params, given, { cells: target.program.cells, folder: target.workFolder }),
      onProgress: printProgress(stderr),
      signal: cancel.signal,
    });
    const numbers = Object.fromEntries(Object.entries(target.program.cells).map(([id, { index }]) => [id, index + 1]));
    if (json) printJson({ ...options }, document);
    else stdout.write(formatVerify(document, numbers));
    if (document.status === "cancelled") return 130;
    return document.verdict === "differs" || document.status !== "succeeded" ? 1 : 0;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}

export function formatVerify(document: VerifyDocument, cellNumbers: Readonly<Record<string, number>>): string {
  const { notebook, verdict, session, lastRun, ranTwice, values, first, unrepeatable, status } = document;
  const place = (id: string | null, line: number | null): string =>
    [id === null ? "" : `cell ${cellNumbers[id] ?? `[${id}]`}`, line === null ? "" : `line ${line}`]
      .filter(Boolean)
      .join(" ");
  const lines = [
    `${notebook}: clean run ${document.run} ${status}`,
    `  session   ${session ?? "none in the log"}`,
    `  last run  ${lastRun ?? "none with these params"}${ranTwice ? " (nothing to compare with: it ran twice)" : ""}`,
    "",
  ];
  if (values.length > 0) {
    const rows = values.map(({ step, kind, name, value, session: a, lastRun: b }) => [
      step,
      kind === "metric" ? `metric ${name}` : name,
      value,
      word(a),
      word(b),
    ]);
    lines.push(...table(["step", "name", "value", "session", "last run"], rows), "");
  }
  const whys = new Map<string, string[]>();
  for (const { name, session: a, lastRun: b } of values)
    for (const [against, { why }] of [["session", a] as const, ["last run", b] as const])
      if (why !== undefined) whys.set(`${against}: ${why}`, [...(whys.get(`${against}: ${why}`) ?? []), name]);
  for (const [why, names] of whys) lines.push(`unknown (${some(names)}), ${why}`);
  if (first !== null) {
    const against = first.against === "session" ? "the session" : "the last run";
    lines.push(
      `first difference: step ${first.step}, ${first.kind === "metric" ? "metric " : ""}${first.name} (${place(first.cellId, first.line)}), against ${against}: ${first.difference}`,
      ...first.because.map((reason) => `  because ${reason}`),
    );
  }
  for (const { step, call, cellId, line, reaches } of unrepeatable)
    lines.push(
      `${call} in step ${step}, ${place(cellId, line)}: ${reaches.length > 0 ? `may be what makes ${some(reaches)} differ` : "another run may answer otherwise"}`,
    );
  lines.push(verdictLine(verdict, values));
  return `${lines.join("\n")}\n`;
}

function word({ verdict, difference }: Comparison): string {
  return verdict === "differs" ? `differs: ${difference ?? ""}` : verdict;
}

function some(names: readonly string[]): string {
  const all = [...new Set(names)];
  return `${all.slice(0, 5).join(", ")}${all.length > 5 ? ", …" : ""}`;
}

function verdictLine(verdict: VerifyDocument["verdict"], values: readonly ValueVerdict[]): string {
  const count = (wanted: Comparison["verdict"]): number =>
    values.filter(({ session, lastRun }) => session.verdict === wanted || lastRun.verdict === wanted).length;
  if (verdict === "differs") return `differs: ${count("differs")} of ${values.length} values`;
  if (verdict === "same") return `same: ${values.length} ${values.length === 1 ? "value" : "values"}`;
  return `unknown: ${values.length - count("same")} of ${values.length} values could not be compared`;
}
