const MI = 1024 * 1024;

/** UTF-16 units of one piece of text. More would only stall the page that shows it, and the notebook that keeps it. */
const PIECE = 8 * MI;

/** UTF-16 units that one cell prints. */
const CELL = 64 * MI;

/** Bounds what one cell prints, and says so where something is missing. */
export class StreamLimit {
  #left = CELL;

  /** What is to be shown of the next piece; empty once the cell printed too much. */
  take(text: string): string {
    if (this.#left <= 0) return "";
    const shown = boundText(text);
    this.#left -= shown.length;
    return this.#left > 0
      ? shown
      : `${shown}\n[this cell printed ${CELL / MI} MB: what it prints from here on is not shown]\n`;
  }
}

/** The same MIME bundle with what nobody can show taken out of it. */
export function boundData(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const large = Object.entries(data).filter(([, content]) => typeof content === "string" && content.length > PIECE);
  if (large.length === 0) return data;
  const bounded: Record<string, unknown> = { ...data };
  for (const [mime, content] of large) {
    if (mime === "text/plain") bounded[mime] = boundText(String(content));
    // Half a picture or half a page is worse than none.
    else if (String(content).length > CELL) {
      delete bounded[mime];
      bounded["text/plain"] = `[${mime} of ${megabytes(String(content).length)} MB is not shown]`;
    }
  }
  return bounded;
}

function boundText(text: string): string {
  if (text.length <= PIECE) return text;
  const end = /[\ud800-\udbff]$/.test(text.slice(PIECE - 1, PIECE)) ? PIECE - 1 : PIECE;
  return `${text.slice(0, end)}\n[${megabytes(text.length - end)} MB more of this text are not shown]\n`;
}

function megabytes(units: number): string {
  return (units / MI).toFixed(1);
}
