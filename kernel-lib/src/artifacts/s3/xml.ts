const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Texts of all elements of a name. S3's answers are flat enough: no element holds one of its own name. */
export function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, "g"))].map((match) =>
    unescaped(match[1] ?? ""),
  );
}

/** Text of the first element of a name; empty where there is none. */
export function elementOf(xml: string, name: string): string {
  return elementsOf(xml, name)[0] ?? "";
}

/** For elements with children the text is XML itself, which is looked into before anything is taken apart. */
function unescaped(text: string): string {
  if (text.includes("<")) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name ?? ""] ?? whole;
  });
}
