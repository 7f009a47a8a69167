/** What a person has typed or opened in forms, by a key of the form's own: it outlives a change of tab or a lost service. */
export class Drafts {
  readonly #values = new Map<string, unknown>();
  readonly #listeners = new Set<() => void>();

  /** Undefined where nothing was typed. */
  get(key: string): unknown {
    return this.#values.get(key);
  }

  set(key: string, value: unknown): void {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    for (const listener of this.#listeners) listener();
  }

  /** Forgets a form: every key that starts so. */
  clear(prefix: string): void {
    for (const key of [...this.#values.keys()]) if (key.startsWith(prefix)) this.#values.delete(key);
    for (const listener of this.#listeners) listener();
  }

  /** Returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
