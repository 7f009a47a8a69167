import type { Cell } from "@jupyterlab/cells";
import { type RoleKind, readRole } from "tagline/notebook";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { readTags } from "../model/read-cells.js";
import { stepColours } from "../model/step-colours.js";
import { notebookSteps } from "./notebook-steps.js";

/** Asks for the menu of a cell's step, beside an element. */
export type OpenStepMenu = (pipeline: NotebookPipeline, cell: Cell, anchor: HTMLElement) => void;

const ROLE_COLOURS: Readonly<Record<Exclude<RoleKind, "step">, string | null>> = {
  parameters: "var(--tagline-parameters)",
  setup: "var(--tagline-setup)",
  skip: "var(--tagline-skip)",
  none: null,
};

/** Keeps the band and the pill of every code cell of one notebook in step with its tags. */
export class StepControls {
  readonly #pipeline: NotebookPipeline;
  readonly #open: OpenStepMenu;

  constructor(pipeline: NotebookPipeline, open: OpenStepMenu) {
    this.#pipeline = pipeline;
    this.#open = open;
    pipeline.changed.connect(this.#refresh, this);
  }

  #refresh(): void {
    const shown = this.#pipeline.hasTaglineKernel;
    const colours = stepColours(notebookSteps(this.#pipeline.notebook));
    for (const cell of this.#pipeline.panel.content.widgets) {
      if (cell.model.type === "code" && shown) this.#decorate(cell, colours);
      else undecorate(cell);
    }
  }

  #decorate(cell: Cell, colours: ReadonlyMap<string, string>): void {
    const role = readRole(readTags(cell.model));
    const colour =
      role.step === null ? ROLE_COLOURS[role.kind === "step" ? "none" : role.kind] : (colours.get(role.step) ?? null);
    const text = role.step ?? (role.kind === "none" ? "+ step" : role.kind);
    const pill = findPill(cell) ?? this.#addPill(cell);
    const { dataset, style } = cell.node;
    set(dataset, "taglineRole", role.kind);
    set(dataset, "taglineStep", role.step);
    if (style.getPropertyValue("--tagline-step") !== (colour ?? "")) style.setProperty("--tagline-step", colour);
    if (pill.textContent !== text) pill.textContent = text;
    const label =
      role.kind === "none"
        ? "Put this cell into a step"
        : role.step === null
          ? `${role.kind} cell. Change its step`
          : `Step ${role.step}. Change it`;
    if (pill.title !== label) {
      pill.title = label;
      pill.setAttribute("aria-label", label);
    }
  }

  #addPill(cell: Cell): HTMLButtonElement {
    const pill = document.createElement("button");
    pill.type = "button";
    pill.className = "tagline-Pill";
    pill.setAttribute("aria-haspopup", "menu");
    // The notebook takes a press on a cell for a selection, and moves the focus away from a menu just opened.
    for (const kind of ["mousedown", "pointerdown"]) pill.addEventListener(kind, (event) => event.stopPropagation());
    pill.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#open(this.#pipeline, cell, pill);
    });
    cell.node.appendChild(pill);
    return pill;
  }
}

export function findPill(cell: Cell): HTMLButtonElement | null {
  return cell.node.querySelector<HTMLButtonElement>(":scope > .tagline-Pill");
}

function undecorate(cell: Cell): void {
  findPill(cell)?.remove();
  delete cell.node.dataset["taglineRole"];
  delete cell.node.dataset["taglineStep"];
  cell.node.style.removeProperty("--tagline-step");
}

function set(dataset: DOMStringMap, name: string, value: string | null): void {
  if (dataset[name] === (value ?? undefined)) return;
  if (value === null) delete dataset[name];
  else dataset[name] = value;
}
