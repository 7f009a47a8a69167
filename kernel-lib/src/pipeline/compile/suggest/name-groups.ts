import { isStepName } from "../../../notebook/tags.js";
import type { Group } from "./group-cells.js";
import { stageOfText, wordsOf } from "./stage-of-cell.js";

/** Words that say nothing in a step's name. */
const EMPTY = new Set(
  "a an and the of to for with in on our we us let lets now then first next finally some all my by from into is are how what step part here it its this that as at".split(
    " ",
  ),
);
const RESERVED = new Set(["parameters", "setup", "skip"]);

/** A name for each group, each once: after its heading, else after what it does, else after what it makes. */
export function nameGroups(groups: readonly Group[], taken: ReadonlySet<string>): string[] {
  const used = new Set(taken);
  const headings = new Set<unknown>();
  return groups.map((group, index) => {
    if (group.given !== null) return group.given;
    const name = unique(nameOf(group, index, headings), used);
    used.add(name);
    return name;
  });
}

function nameOf(group: Group, index: number, headings: Set<unknown>): string {
  const { section, stage, looks } = group;
  const candidates: (string | null)[] = [];
  // Where a section falls apart, the part that does what its heading says bears its name.
  const isNamed = section !== null && !headings.has(section);
  if (isNamed && (stage === null || stageOfText(section.heading) === stage || stageOfText(section.heading) === null)) {
    headings.add(section);
    const said = stageOfText(section.heading);
    candidates.push(
      said !== null && wordsOf(section.heading).filter((word) => !EMPTY.has(word)).length <= 4
        ? said
        : slug(section.heading),
    );
  }
  candidates.push(stage);
  candidates.push(slug(firstComment(looks[0]?.cell.cell.source ?? "")));
  const ownFunction = looks
    .flatMap(({ calls }) => calls)
    .find(
      ({ own, from, call }) =>
        own &&
        from === null &&
        /^[a-z]\w{2,}$/.test(call.callee) &&
        call.callee !== "fetch" &&
        call.callee !== "require",
    );
  candidates.push(ownFunction === undefined ? null : slug(ownFunction.call.callee));
  candidates.push(slug([...(looks.at(-1)?.declared ?? [])].at(-1) ?? ""));
  return (
    candidates.find((name): name is string => name !== null && isStepName(name) && !RESERVED.has(name)) ??
    `step-${index + 1}`
  );
}

/** Three telling words at most, joined by `-`. */
function slug(text: string): string | null {
  const words = wordsOf(text);
  const telling = words.filter((word) => !EMPTY.has(word));
  const name = (telling.length > 0 ? telling : words)
    .slice(0, 3)
    .join("-")
    .replace(/^[^a-z]+/, "");
  return name === "" ? null : name.slice(0, 40).replace(/-+$/, "");
}

function firstComment(source: string): string {
  const line = source.split(/\r\n|\n/).find((one) => one.trim() !== "") ?? "";
  return /^\s*(?:\/\/|\/\*)\s*([^@].{2,60}?)\s*(?:\*\/)?$/.exec(line)?.[1] ?? "";
}

function unique(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  for (let number = 2; ; number++) if (!used.has(`${name}-${number}`)) return `${name}-${number}`;
}
