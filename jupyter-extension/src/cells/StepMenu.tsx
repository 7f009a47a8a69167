import type { Cell } from "@jupyterlab/cells";
import { ReactWidget } from "@jupyterlab/ui-components";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { readRole, withRole } from "tagline/notebook";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { readTags, writeTags } from "../model/read-cells.js";
import { stepColours } from "../model/step-colours.js";
import { notebookSteps } from "./notebook-steps.js";
import { type Role, StepMenuView } from "./StepMenuView.js";

/** The small menu that says what a cell is; it closes on a choice, on Escape, and on a press elsewhere. */
export class StepMenu extends ReactWidget {
  static #open: StepMenu | null = null;
  readonly #pipeline: NotebookPipeline;
  readonly #cells: readonly Cell[];
  readonly #anchor: HTMLElement;

  /** Opens it for that cell, and for all selected ones if the cell is among them. */
  static open(pipeline: NotebookPipeline, cell: Cell, anchor: HTMLElement): void {
    StepMenu.#open?.dispose();
    const { content } = pipeline.panel;
    const chosen = content.isSelectedOrActive(cell)
      ? content.widgets.filter((other) => content.isSelectedOrActive(other) && other.model.type === "code")
      : [cell];
    const menu = new StepMenu(pipeline, chosen.length > 0 ? chosen : [cell], anchor);
    StepMenu.#open = menu;
    Widget.attach(menu, document.body);
  }

  private constructor(pipeline: NotebookPipeline, cells: readonly Cell[], anchor: HTMLElement) {
    super();
    this.#pipeline = pipeline;
    this.#cells = cells;
    this.#anchor = anchor;
    this.addClass("tagline-MenuHost");
    this.addClass("jp-ThemedContainer");
  }

  protected override render(): JSX.Element {
    const steps = notebookSteps(this.#pipeline.notebook);
    const [first] = this.#cells;
    const index = this.#pipeline.notebook.cells.find((cell) => cell.id === first?.model.id)?.index ?? 0;
    return (
      <StepMenuView
        title={this.#cells.length > 1 ? `${this.#cells.length} cells` : `cell ${index + 1}`}
        current={readRole(first === undefined ? [] : readTags(first.model))}
        steps={steps}
        colours={stepColours(steps)}
        onChoose={(role) => this.#choose(role)}
        onClose={() => this.#close()}
      />
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    document.addEventListener("pointerdown", this.#outside, true);
    window.addEventListener("resize", this.#leave);
    document.addEventListener("scroll", this.#leave, true);
    void this.renderPromise?.then(() => this.#place());
    this.#place();
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    document.removeEventListener("pointerdown", this.#outside, true);
    window.removeEventListener("resize", this.#leave);
    document.removeEventListener("scroll", this.#leave, true);
  }

  #choose(role: Role): void {
    for (const cell of this.#cells) writeTags(cell.model, withRole(readTags(cell.model), role));
    this.#close();
  }

  #close(): void {
    this.dispose();
    this.#pipeline.panel.content.node.focus({ preventScroll: true });
  }

  readonly #leave = (event: Event): void => {
    if (event.target instanceof Node && this.node.contains(event.target)) return;
    this.dispose();
  };

  readonly #outside = (event: PointerEvent): void => {
    if (event.target instanceof Node && !this.node.contains(event.target)) this.dispose();
  };

  /** Under the anchor, right edges together; above it where there is no room. */
  #place(): void {
    if (this.isDisposed) return;
    const anchor = this.#anchor.getBoundingClientRect();
    const { width, height } = this.node.getBoundingClientRect();
    const left = Math.max(8, Math.min(anchor.right - width, window.innerWidth - width - 8));
    const below = anchor.bottom + 4;
    const top = below + height > window.innerHeight - 8 ? Math.max(8, anchor.top - height - 4) : below;
    Object.assign(this.node.style, { left: `${left}px`, top: `${top}px` });
  }
}
