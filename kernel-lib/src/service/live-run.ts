import type { RunDocument, RunProgress } from "../pipeline/run/run-document.js";

/** Lines and notes kept for a page that connects later. */
const KEPT = 2000;

export interface Subscriber {
  progress(progress: RunProgress): void;
  end(): void;
}

/** One run as it stands: folds progress into a document, and tells it to whoever listens. */
export class LiveRun {
  readonly notebook: string;
  #document: RunDocument;
  #story: RunProgress[] = [];
  #over = false;
  readonly #subscribers = new Set<Subscriber>();

  constructor(notebook: string, document: RunDocument) {
    this.notebook = notebook;
    this.#document = document;
  }

  get document(): RunDocument {
    return this.#document;
  }

  get over(): boolean {
    return this.#over;
  }

  apply(progress: RunProgress): void {
    if (progress.kind === "run") {
      this.#document = progress.document;
    } else if (progress.kind === "step") {
      const steps = this.#document.steps.map((step) => (step.name === progress.step.name ? progress.step : step));
      this.#document = { ...this.#document, steps };
    } else {
      this.#story.push(progress);
      if (this.#story.length > KEPT) this.#story.splice(0, this.#story.length - KEPT);
    }
    for (const subscriber of this.#subscribers) subscriber.progress(progress);
  }

  /** Tells the last document, if it is news, and lets everybody go. */
  finish(document: RunDocument): void {
    if (this.#over) return;
    if (document !== this.#document) this.apply({ kind: "run", document });
    this.#over = true;
    for (const subscriber of this.#subscribers) subscriber.end();
    this.#subscribers.clear();
  }

  /** First what is so now (the document, then notes and lines), then what changes. Returns how to leave. */
  subscribe(subscriber: Subscriber): () => void {
    subscriber.progress({ kind: "run", document: this.#document });
    for (const progress of this.#story) subscriber.progress(progress);
    if (this.#over) {
      subscriber.end();
      return () => {};
    }
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }
}
