import type { ReferenceSketch } from "../data/sketch/reference-sketch.js";
import type { ModelRegistered } from "../lineage/events.js";

/** What the compiler puts behind the arguments of a `model()` call in a step. */
export interface ModelSite {
  /** The model's module, relative to the step's. */
  readonly module: string;
  /** Gives the values that the version keeps, by name. */
  readonly capture: () => Readonly<Record<string, unknown>>;
  /** Classes of the notebook whose instances may be among them, by name. */
  readonly classes?: Readonly<Record<string, new (...args: never[]) => unknown>>;
}

/** A `model()` call, checked. */
export interface ModelCall {
  readonly model: string;
  readonly target: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly reference: ReferenceSketch | null;
  readonly example: unknown;
  readonly cellId: string | null;
}

/** Makes versions for the code of a step. */
export interface ModelHost {
  /** Resolves once the version is safely there. */
  register(call: ModelCall, site: ModelSite): Promise<Pick<ModelRegistered, "version" | "number" | "isNew">>;
}

let host: ModelHost | null = null;

/** Called once by a step's process, before the step's module is loaded. */
export function setModelHost(next: ModelHost): void {
  host = next;
}

export function currentModelHost(): ModelHost | null {
  return host;
}
