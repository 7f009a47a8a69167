import { ReactWidget } from "@jupyterlab/ui-components";
import { Signal } from "@lumino/signaling";
import type { ActiveRun } from "tagline/service/api";
import type { ServiceClient } from "../client/service-client.js";
import { listProblems } from "../model/problems.js";
import type { IPipelines } from "../tokens.js";
import { tellModels } from "./tell-models.js";

/** Runs of the command line are looked for this often while the page is visible, milliseconds. */
const LOOK_EVERY_MS = 5000;
/** At every so many looks, how the models stand is asked too: the command line moves aliases as well. */
const MODELS_EVERY = 6;

/** `◆ Tagline: 1 run active`, and what is wrong with the notebook in front. */
export class StatusItem extends ReactWidget {
  readonly activeChanged = new Signal<StatusItem, void>(this);
  readonly #pipelines: IPipelines;
  readonly #client: ServiceClient;
  readonly #onClick: () => void;
  readonly #timer: number;
  #active: readonly ActiveRun[] = [];
  #looks = 0;

  constructor(pipelines: IPipelines, client: ServiceClient, onClick: () => void) {
    super();
    this.addClass("tagline-StatusHost");
    this.#pipelines = pipelines;
    this.#client = client;
    this.#onClick = onClick;
    pipelines.currentChanged.connect(this.#redraw, this);
    this.#timer = window.setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  override dispose(): void {
    window.clearInterval(this.#timer);
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): JSX.Element {
    const pipeline = this.#pipelines.current;
    const own = pipeline?.runs.view?.document.status === "running" ? pipeline.runs.view.document.run : null;
    const shown = pipeline?.runs.view?.document;
    // What the page saw end is over, whatever the last look said.
    const runs = new Set(this.#active.map((run) => run.run).filter((run) => run !== shown?.run));
    if (own !== null) runs.add(own);
    const problems = pipeline?.compiled ? listProblems(pipeline.notebook, pipeline.compiled.diagnostics) : [];
    const errors = problems.filter((problem) => problem.severity === "error").length;
    const warnings = problems.filter((problem) => problem.severity === "warning").length;
    return (
      <button type="button" className="tagline-Status" title="Show the Tagline panel" onClick={this.#onClick}>
        <span>
          ◆ Tagline:{" "}
          {this.#client.state === "starting"
            ? "starting"
            : this.#client.state === "lost"
              ? "service not reached"
              : runs.size === 0
                ? "no run active"
                : `${runs.size} ${runs.size === 1 ? "run" : "runs"} active`}
        </span>
        {tellModels(pipeline?.operations.reply ?? null).map(({ text, tone }) => (
          <span key={text} className={tone === null ? undefined : `tagline-Status-${tone}`}>
            {text}
          </span>
        ))}
        {errors > 0 && <span className="tagline-Status-error">{count(errors, "error")}</span>}
        {warnings > 0 && <span className="tagline-Status-warning">{count(warnings, "warning")}</span>}
      </button>
    );
  }

  #redraw(): void {
    this.activeChanged.emit();
    this.update();
  }

  async #look(): Promise<void> {
    const pipeline = this.#pipelines.current;
    if (document.hidden || this.#client.state !== "ready" || !pipeline?.hasTaglineKernel) return;
    if (this.#looks++ % MODELS_EVERY === 0) void pipeline.operations.refresh();
    const reply = await this.#client.status().catch(() => null);
    if (reply === null || this.isDisposed) return;
    const changed = JSON.stringify(reply.active) !== JSON.stringify(this.#active);
    this.#active = reply.active;
    if (!changed) return;
    this.update();
    // A run that the command line started shows in the graph too.
    if (reply.active.some((run) => run.notebook === pipeline.path)) void pipeline.runs.findLast();
  }
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
