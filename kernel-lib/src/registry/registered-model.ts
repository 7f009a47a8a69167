/** A version that a `model()` call made, or met. */
export interface RegisteredModel {
  readonly name: string;
  /** sha256 (hex) of its content. */
  readonly version: string;
  /** The label that people use: 1, 2, 3… */
  readonly number: number;
  /** False if a version with the same content was there already. */
  readonly isNew: boolean;
}

/**
 * What `model()` gives: await it for the version, or leave it, as the cell ends only when the version is there. As a cell's
 * last expression it is shown as one line.
 */
export class PendingModel extends Promise<RegisteredModel> {
  #heard = false;
  #settled: RegisteredModel | null = null;

  /** Derived promises are plain ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static of(work: Promise<RegisteredModel>): PendingModel {
    const pending = new PendingModel((resolve, reject) => {
      work.then(resolve, reject);
    });
    work.then(
      (model) => {
        pending.#settled = model;
      },
      () => {},
    );
    // Whoever made the call hears of a failure by `unheard`; this one is not to be reported twice.
    Promise.prototype.then.call(pending, undefined, () => {});
    return pending;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, which wants to know whether somebody waits for it
  override then<A = RegisteredModel, B = never>(
    fulfilled?: ((value: RegisteredModel) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#heard = true;
    return super.then(fulfilled, rejected);
  }

  /** Resolves when the work ended; rejects as the work did, unless the notebook's code waits for it itself. */
  async unheard(): Promise<void> {
    try {
      await super.then();
    } catch (error) {
      if (!this.#heard) throw error;
    }
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> | null {
    return this.#settled === null ? null : { "text/plain": sentence(this.#settled) };
  }
}

/** `penguins 3 (9f3a11c2)`. */
export function sentence({ name, version, number, isNew }: RegisteredModel): string {
  return `Model ${name}, version ${number} (${version.slice(0, 8)})${isNew ? "" : ", as before"}`;
}
