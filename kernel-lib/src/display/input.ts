export interface InputOptions {
  /** What is typed is not shown. */
  readonly password?: boolean;
}

/** Asks the person at the front end. */
export type InputSource = (prompt: string, options: Required<InputOptions>) => Promise<string>;

let source: InputSource | null = null;

/** Where `input` asks: the kernel sets its own, once. */
export function setInputSource(next: InputSource): void {
  source = next;
}

/**
 * Asks a question below the cell and resolves to what the person types: `await input("Your name? ")`. What a run needs each time
 * is better a `param`: nobody answers in a pipeline.
 *
 * @throws Error where nobody can answer: in a pipeline's step, in an export, in nbclient
 */
async function ask(prompt = "", { password = false }: InputOptions = {}): Promise<string> {
  if (source === null)
    throw new Error("Cannot ask for input: nobody answers outside of a notebook. Make it a param() instead");
  return await source(String(prompt), { password });
}

/** `ask`, and `input.password("Token? ")` for what must not be shown. */
export const input: typeof ask & { password(prompt?: string): Promise<string> } = Object.assign(ask, {
  password: (prompt?: string): Promise<string> => ask(prompt, { password: true }),
});
