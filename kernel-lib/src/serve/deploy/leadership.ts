import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ulid } from "ulid";
import { claim } from "../../lineage/claim.js";
import { clearMark, isLive, markLive, TOUCH_EVERY_MS, touchMark } from "../../lineage/liveness.js";
import { prepareProject, projectFiles } from "../../lineage/project.js";

const KIND = "deployments";
const PREFIX = "deployments-";

/**
 * Of all services that live on a project, one keeps its deployments up. Terms are claimed one after the other, each once
 * and by one service; while the holder of the newest term lives, nobody claims the next.
 */
export class Leadership {
  readonly #root: string;
  readonly #mark = `${PREFIX}${ulid()}`;
  #timer: NodeJS.Timeout | null = null;
  #term = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Who this service is, for others to ask whether it lives. */
  get mark(): string {
    return this.#mark;
  }

  /** True while this service is the one; tries to become it. */
  holds(): boolean {
    const { claims } = prepareProject(this.#root);
    const newest = newestTerm(this.#root);
    if (newest !== null && isLive(claims, newest.holder)) return newest.holder === this.#mark;
    // Before the claim: a holder without a mark is a dead one.
    mkdirSync(claims, { recursive: true });
    markLive(claims, this.#mark);
    this.#timer ??= setInterval(() => touchMark(claims, this.#mark), TOUCH_EVERY_MS).unref();
    this.#term = (newest?.term ?? 0) + 1;
    if (!claim(this.#root, KIND, String(this.#term), this.#mark).mine) return false;
    // One who looked before an older term was cleared away may have claimed that again: the newest counts.
    if (newestTerm(this.#root)?.holder !== this.#mark) return false;
    this.#clearOld();
    return true;
  }

  /** Another service may take over. */
  release(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    clearMark(projectFiles(this.#root).claims, this.#mark);
  }

  #clearOld(): void {
    const folder = join(projectFiles(this.#root).claims, KIND);
    for (const term of terms(folder)) if (term < this.#term - 1) rmSync(join(folder, String(term)), { force: true });
  }
}

/** True while the service of that mark lives and has not let go. */
export function isLeaderLive(root: string, mark: string): boolean {
  return isLive(projectFiles(root).claims, mark);
}

function newestTerm(root: string): { readonly term: number; readonly holder: string } | null {
  const folder = join(projectFiles(root).claims, KIND);
  const term = terms(folder).at(-1);
  if (term === undefined) return null;
  try {
    return { term, holder: readFileSync(join(folder, String(term)), "utf8") };
  } catch {
    // Cleared away meanwhile: there is a newer one.
    return newestTerm(root);
  }
}

function terms(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}
