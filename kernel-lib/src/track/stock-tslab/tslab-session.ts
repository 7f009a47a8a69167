import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CellError, CellTrace } from "../../lineage/cell-trace.js";
import { describeEnvironment } from "../../lineage/describe-environment.js";
import { notebookPath } from "../../lineage/notebook-path.js";
import { openLog } from "../../lineage/open-log.js";
import { findProjectRoot } from "../../lineage/project.js";
import { SessionLog } from "../../lineage/session-log.js";
import { beginCell, type Recorder } from "../recorder.js";
import { type SessionCell, setSession } from "../session-port.js";

/** What is known of a cell's text: of the one that imports Tagline first, only when it ended. */
export interface CellText {
  readonly code: string;
  readonly cellId: string | null;
}

/** How long a kernel waits at its end for the log. */
const CLOSE_TIMEOUT_MS = 2000;

/** The session of a stock tslab kernel: its cells, one at a time, and its log. */
export class TslabSession {
  readonly #log: SessionLog;
  readonly #folder: string;
  readonly #cells: CellText[] = [];
  #count = 0;

  /** @param peek a top-level name's value, without noting a read */
  constructor(folder: string, peek: (name: string) => unknown) {
    this.#folder = folder;
    const root = findProjectRoot(folder);
    const notebook = notebookPath(process.env["JPY_SESSION_NAME"], folder, root);
    this.#log = new SessionLog({ open: () => openLog(root), notebook, environment: describeEnvironment(folder) });
    setSession({
      root,
      folder,
      notebook,
      run: this.#log.run,
      cells: () => this.#sessionCells(),
      valueOf: peek,
      record: (event) => this.#log.record(event),
    });
  }

  /** @param text null if it is not known yet */
  begin(text: CellText | null): Recorder {
    this.#count += 1;
    if (text !== null) this.#cells.push(text);
    const hash = sha256(text?.code ?? "");
    return beginCell({ cellId: text?.cellId ?? null, sourceHash: hash, canonicalHash: hash, seed: 0 });
  }

  /** Resolves once the cell is in the log. A cell that could not be compiled is forgotten. */
  async end(recorder: Recorder, text: CellText, outcome: { readonly ran: boolean; readonly error: CellError | null }) {
    if (!this.#cells.includes(text)) this.#cells.push(text);
    const count = this.#count;
    const trace = await recorder.finish(outcome.error);
    if (!outcome.ran) {
      this.#cells.splice(this.#cells.indexOf(text), 1);
      return;
    }
    const hash = sha256(text.code);
    const known: CellTrace = { ...trace, cellId: text.cellId, sourceHash: hash, canonicalHash: hash };
    const news = await this.#log.cellFinished(count, known);
    if (news !== null) process.stderr.write(`${news}\n`);
  }

  close(): Promise<void> {
    return Promise.race([this.#log.close().catch(() => {}), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** What the compiler knows of the cells; loaded when somebody asks. */
  async #sessionCells(): Promise<SessionCell[]> {
    const { notebookFacts } = await import("../../analyze/notebook-facts.js");
    const cells = this.#cells.map(({ code, cellId }, index) => ({ id: cellId ?? `cell-${index}`, code }));
    const last = cells.filter(({ id }, index) => cells.findLastIndex((one) => one.id === id) === index);
    const sources = last.map(({ id, code }) => ({ id, source: code, tags: [] }));
    const facts = notebookFacts(sources, { folder: this.#folder, speed: "check" });
    return sources.flatMap(({ id, source, tags }) => {
      const found = facts.get(id);
      return found === undefined ? [] : [{ id, source, tags, facts: found }];
    });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
