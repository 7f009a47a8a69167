let segmenter: Intl.Segmenter | undefined;

/** It takes as long to make as a small step does to run, and plain text does without. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** Printable ASCII is as wide as it is long, which most cells of most tables are. */
const PLAIN = /^[\x20-\x7e]*$/;
/** What East Asian Width (Unicode 15, UAX 11) calls wide or full width, in blocks, and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]*$/u;

/** How many columns of a terminal a line of text takes. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += widthOf(segment);
  return width;
}

/** The text, cut to at most `width` columns with `…` for what is missing. */
export function clipToWidth(text: string, width: number): string {
  if (text.length <= width && PLAIN.test(text)) return text;
  // No letter is narrower than nothing: what comes far behind the width needs no look, however long the text is.
  const near = text.slice(0, width * 16);
  let taken = 0;
  let end = 0;
  let fits = 0;
  for (const { segment, index } of graphemesOf(near)) {
    taken += widthOf(segment);
    if (taken > width) return `${text.slice(0, fits)}…`;
    end = index + segment.length;
    if (taken < width) fits = end;
  }
  return end === text.length ? text : `${text.slice(0, fits)}…`;
}

/** The text with spaces at its end, or at its start, up to `width` columns. */
export function padToWidth(text: string, width: number, side: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return side === "left" ? space + text : text + space;
}

function widthOf(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
