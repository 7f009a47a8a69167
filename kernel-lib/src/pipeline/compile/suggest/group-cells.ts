import type { CellLook } from "./look-at-cells.js";
import type { Section } from "./sections.js";
import { type Stage, stageOfCell, stageOfText } from "./stage-of-cell.js";

/** Cells that are to be one step. */
export interface Group {
  readonly looks: readonly CellLook[];
  /** The name that somebody gave it already, or null. */
  readonly given: string | null;
  readonly section: Section | null;
  readonly stage: Stage | null;
  /** True where it stands alone because it takes long. */
  readonly slow: boolean;
}

/** A cell that takes this long is worth a result of its own, if that is a good part of the whole. */
const SLOW_MS = 2000;
const SLOW_SHARE = 0.2;
/** Cells below one heading that are kept together whatever they do. */
const SMALL_SECTION = 6;

/**
 * Runs of cells that follow each other, so that values go downwards alone: cut at headings, else where the work changes
 * its kind, and around cells that take long.
 */
export function groupCells(
  looks: readonly CellLook[],
  {
    sections,
    givenNames,
  }: {
    readonly sections: ReadonlyMap<string, Section>;
    /** Steps that cells without a tag belong to all the same, by cell. */
    readonly givenNames: ReadonlyMap<string, string>;
  },
): Group[] {
  const total = looks.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  const used = new Set(looks.map(({ cell }) => sections.get(cell.id) ?? null));
  const hasSections = used.size > 1;
  const sizes = new Map<Section | null, number>();
  for (const { cell } of looks) {
    const section = sections.get(cell.id) ?? null;
    sizes.set(section, (sizes.get(section) ?? 0) + 1);
  }
  const groups: {
    looks: CellLook[];
    given: string | null;
    section: Section | null;
    stage: Stage | null;
    slow: boolean;
  }[] = [];
  for (const look of looks) {
    const section = sections.get(look.cell.id) ?? null;
    const given = look.cell.role.step ?? givenNames.get(look.cell.id) ?? null;
    const isSlow = (look.durationMs ?? 0) >= SLOW_MS && (look.durationMs ?? 0) >= SLOW_SHARE * total;
    const stage = stageOfCell(look);
    const before = groups.at(-1);
    const mayCut = !hasSections || (sizes.get(section) ?? 0) > SMALL_SECTION;
    const joins =
      before !== undefined &&
      before.given === given &&
      before.section === section &&
      !before.slow &&
      !isSlow &&
      (!mayCut || stage === null || before.stage === stage || (before.stage === null && stage !== "evaluate"));
    if (joins) {
      before.looks.push(look);
      before.stage ??= stage;
    } else if (given !== null && groups.some((group) => group.given === given)) {
      groups.find((group) => group.given === given)?.looks.push(look);
    } else groups.push({ looks: [look], given, section, stage, slow: isSlow });
  }
  return groups.map((group) => ({
    ...group,
    stage: (group.section === null || group.slow ? null : stageOfText(group.section.heading)) ?? group.stage,
  }));
}
