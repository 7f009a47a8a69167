import type { ImportFacts } from "../../notebook/cell-facts.js";

/** Import lines for these bindings, one for each module, packages first, in alphabetical order. */
export function importLines(imports: Iterable<ImportFacts>): string[] {
  const bySpecifier = new Map<string, ImportFacts[]>();
  const seen = new Set<string>();
  for (const fact of imports) {
    if (seen.has(fact.local)) continue;
    seen.add(fact.local);
    const known = bySpecifier.get(fact.specifier);
    if (known) known.push(fact);
    else bySpecifier.set(fact.specifier, [fact]);
  }
  const specifiers = [...bySpecifier.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return specifiers.flatMap((specifier) => linesFor(specifier, bySpecifier.get(specifier) ?? []));
}

function rank(specifier: string): number {
  if (specifier.startsWith("node:")) return 0;
  return specifier.startsWith(".") ? 2 : 1;
}

function linesFor(specifier: string, facts: readonly ImportFacts[]): string[] {
  // Where no kernel is, tslab's own package shows nothing: ours stands for it, as in the notebook.
  const module = specifier === "tslab" ? "tagline/tslab" : specifier;
  const from = `from ${JSON.stringify(module)}${attributes(specifier)};`;
  const lines: string[] = [];
  for (const fact of facts.filter(({ imported }) => imported === "*")) {
    lines.push(`import ${fact.typeOnly ? "type " : ""}* as ${fact.local} ${from}`);
  }
  for (const fact of facts.filter(({ imported, typeOnly }) => imported === "default" && typeOnly)) {
    lines.push(`import type ${fact.local} ${from}`);
  }
  const [main, ...others] = facts.filter(({ imported, typeOnly }) => imported === "default" && !typeOnly);
  const named = facts.filter(({ imported }) => imported !== "*" && imported !== "default");
  const allTypes = named.length > 0 && named.every(({ typeOnly }) => typeOnly);
  const names = [
    ...others.map(({ local }) => `default as ${local}`),
    ...[...named]
      .sort((a, b) => (a.imported < b.imported ? -1 : 1))
      .map((fact) => namedImport(fact, allTypes && !main)),
  ];
  const braces = names.length > 0 ? `{ ${names.join(", ")} }` : "";
  const clause = [main?.local, braces].filter(Boolean).join(", ");
  if (clause !== "") lines.push(`import ${allTypes && !main && others.length === 0 ? "type " : ""}${clause} ${from}`);
  return lines;
}

function namedImport({ imported, local, typeOnly }: ImportFacts, allTypes: boolean): string {
  const name = imported === local ? local : `${imported} as ${local}`;
  return typeOnly && !allTypes ? `type ${name}` : name;
}

/** Node asks for it on JSON modules. */
function attributes(specifier: string): string {
  return specifier.endsWith(".json") ? ' with { type: "json" }' : "";
}
