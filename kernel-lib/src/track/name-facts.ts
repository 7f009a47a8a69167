import type { Binding, BindingHome } from "./active-cell.js";
import { Before } from "./before.js";
import { changedNames } from "./changed-names.js";
import { isTracked } from "./object-record.js";
import { safely } from "./safely.js";

/** What code did with the names of a session. Each list sorted. */
export interface NameUses {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly mutates: readonly string[];
}

/** Notes what code does with the names of a session, and finds what it changed in place. */
export class NameFacts {
  readonly reads = new Set<Binding>();
  readonly writes = new Set<Binding>();
  /** Names that a loop took into a local variable and did not give back: it runs, or was stopped by force. */
  readonly #copies = new Set<Binding>();
  #before = new Before();
  readonly #homes = new Set<BindingHome>();
  /** True once there is nothing more to look at. */
  #sawAll: boolean;

  /** `looks`: whether to find what is changed in place, which costs a look at each value that is read. */
  constructor(looks: boolean) {
    this.#sawAll = !looks;
  }

  noteCopy(ref: Binding): void {
    if (this.reads.has(ref) || this.writes.has(ref)) return;
    this.#copies.add(ref);
    if (isTracked(ref.value)) safely(() => this.#look(ref), undefined);
  }

  /** The loop is over. */
  dropCopy(ref: Binding): void {
    this.#copies.delete(ref);
  }

  noteRead(ref: Binding): void {
    if (this.reads.has(ref) || this.writes.has(ref)) return;
    this.reads.add(ref);
    if (isTracked(ref.value)) safely(() => this.#look(ref), undefined);
  }

  noteWrite(ref: Binding): void {
    this.writes.add(ref);
  }

  uses(): NameUses {
    const mutates = safely(() => changedNames(this.#before, this.#homes, this.writes), []);
    // A loop that never ended has not told what it read; nearly always it is all that it took.
    const reads = new Set([...this.reads, ...[...this.#copies].filter((ref) => !this.writes.has(ref))]);
    return { reads: namesOf(reads), writes: namesOf(this.writes), mutates };
  }

  /** Lets go of what values looked like: the names stay. */
  forgetValues(): this {
    this.#before = new Before();
    return this;
  }

  /** What other code changed meanwhile is not this one's: `other` noted what it was to begin with. */
  absorb(other: NameFacts): void {
    safely(() => this.#before.absorb(other.#before), undefined);
  }

  /** Looks at a value before the code can change it; and at all others, if it may change those through this one. */
  #look({ value, home }: Binding): void {
    if (!isTracked(value) || this.#sawAll) return;
    this.#homes.add(home);
    if (this.#before.take(value)) this.lookAround(home);
  }

  /** Looks at all values of a session. */
  lookAround(home: BindingHome): void {
    if (this.#sawAll) return;
    this.#sawAll = true;
    this.#homes.add(home);
    for (const other of home.bindings()) {
      const { value: held } = other;
      if (isTracked(held) && !this.writes.has(other)) safely(() => this.#before.take(held), false);
    }
  }
}

function namesOf(refs: Iterable<Binding>): string[] {
  return [...refs].map((ref) => ref.name).sort();
}
