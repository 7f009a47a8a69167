import type { RoleCell } from "./classify-cells.js";
import type { Definition, Definitions } from "./definitions.js";
import { codeEffects } from "./effects.js";
import { isModuleCell } from "./module-cells.js";

/** Why instances of a notebook's class cannot be stored, and what to do. */
interface InstanceProblem {
  readonly name: string;
  readonly because: string;
  readonly wayOut: string;
}

/**
 * Looks for classes of the notebook in the type of a value that is to go from step to step: an instance is stored by its
 * fields and made again with its class, so that private fields (`#…`) must not be, and the class must stand by itself.
 */
export function instanceProblem(
  value: Definition,
  definitions: Definitions,
  cells: readonly RoleCell[],
): InstanceProblem | null {
  const codecs = cells.filter(({ role, cell }) => role.kind === "setup" && /\bcodec\s*\(/.test(cell.source));
  const hasCodec = ({ name }: Definition): boolean =>
    codecs.some(({ cell }) => cell.source.split(/[^\w$]+/).includes(name));
  const type = value.declaration?.type ?? "";
  // Texts in types, and names of members, are no names of classes.
  const words = new Set(type.replace(/"[^"]*"|[\w$]+\??:/g, "").match(/(?<!typeof )\b[A-Za-z_$][\w$]*/g) ?? []);
  for (const word of words) {
    const made = classNamed(word, value, definitions);
    if (made === null) continue;
    const line = [made, ...basesOf(made, definitions)];
    if (line.some(hasCodec)) continue;
    const hidden = line.find(hasPrivateFields);
    if (hidden !== undefined) {
      const because = `class ${hidden.name} has private fields (#…), which nothing outside of it can read`;
      return {
        name: word,
        because,
        wayOut: "Make them ordinary fields (TypeScript's `private` is fine), register a codec in a setup cell",
      };
    }
    if (!standsAlone(made, definitions)) {
      const because = `class ${made.name} uses what a step makes, so that it exists in that step alone`;
      return { name: word, because, wayOut: "Give the class what it needs by its constructor" };
    }
  }
  return null;
}

function classNamed(name: string, from: Definition, definitions: Definitions): Definition | null {
  const meant = definitions.meant(name, from.cell);
  return meant?.statement.kind === "class" ? meant : null;
}

function basesOf(made: Definition, definitions: Definitions, seen = new Set<Definition>()): Definition[] {
  const base = /\bextends\s+([A-Za-z_$][\w$]*)/.exec(textOf(made))?.[1];
  const found = base === undefined ? null : classNamed(base, made, definitions);
  if (found === null || seen.has(found)) return [];
  return [found, ...basesOf(found, definitions, seen.add(found))];
}

/** Looks for `#name` outside comments, strings and templates, as artifacts do. */
function hasPrivateFields(made: Definition): boolean {
  const code = textOf(made).replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g,
    " ",
  );
  return /#[A-Za-z_$]/.test(code);
}

function standsAlone(made: Definition, definitions: Definitions): boolean {
  const { reads, assigns, mutates } = codeEffects(made, definitions);
  return [reads, assigns, mutates].every((uses) =>
    [...uses.keys()].every((name) => {
      const meant = definitions.meant(name, made.cell);
      return meant !== null && isModuleCell(meant.cell);
    }),
  );
}

function textOf({ cell, statement }: Definition): string {
  return cell.cell.source.slice(statement.range.start, statement.range.end);
}
