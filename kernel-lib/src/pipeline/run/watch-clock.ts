import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** Calls that came from elsewhere before it is taken that the step's own code does not ask: each costs a look at the stack. */
const LOOKS_AT_MOST = 10_000;

/** Something that another run answers otherwise. */
export interface Asked {
  /** `Date.now()`, `new Date()`, `Math.random()`. */
  readonly call: string;
  /** V8's text of the stack, from the frame of the step's own code on. */
  readonly stack: string;
}

/** `date`: what time it is. `timer`: a stop watch, whose zero means nothing. `random`: a number that no seed gives. */
export type AskedKind = "date" | "timer" | "random";

/**
 * From now on tells when code below `folder` itself asks what time it is (`Date.now()`, `new Date()`, `Date()`), reads a stop watch
 * (`performance.now()`), or draws what no seed gives (`randomUUID()` and the like; `Math.random()` where `seeded` is false). Libraries
 * that do so for their own ends are not meant.
 *
 * @param isKnown true while a kind need not be told
 */
export function watchClock(
  folder: string,
  {
    isKnown,
    onRead,
    seeded,
  }: {
    readonly isKnown: (kind: AskedKind) => boolean;
    readonly onRead: (kind: AskedKind, asked: Asked) => void;
    readonly seeded: boolean;
  },
): void {
  const looks = { date: 0, timer: 0, random: 0 };
  const look = (kind: AskedKind, call: string, above: (...args: never[]) => unknown): void => {
    if (looks[kind] >= LOOKS_AT_MOST || isKnown(kind)) return;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    const at: { stack?: string } = {};
    Error.captureStackTrace(at, above);
    Error.stackTraceLimit = limit;
    if (at.stack?.includes(folder)) onRead(kind, { call, stack: at.stack });
    else looks[kind] += 1;
  };
  watchDate((call, above) => look("date", call, above));
  const now = performance.now.bind(performance);
  performance.now = function tracked(): number {
    look("timer", "performance.now()", tracked);
    return now();
  };
  if (!seeded) {
    const random = Math.random;
    Math.random = function tracked(): number {
      look("random", "Math.random() without a seed", tracked);
      return random();
    };
  }
  const drawn = (name: string, above: (...args: never[]) => unknown): void => look("random", `${name}()`, above);
  watchCalls(crypto, ["randomUUID", "randomBytes", "randomInt", "getRandomValues"], drawn);
  watchCalls(crypto.webcrypto, ["randomUUID", "getRandomValues"], drawn);
  syncBuiltinESMExports();
}

type Look = (call: string, above: (...args: never[]) => unknown) => void;

function watchDate(look: Look): void {
  const RealDate = Date;
  const now = RealDate.now;
  RealDate.now = function tracked(): number {
    look("Date.now()", tracked);
    return now();
  };
  const construct = (target: typeof Date, args: unknown[], newTarget: NewableFunction): object => {
    if (args.length === 0) look("new Date()", construct);
    return Reflect.construct(target, args, Object.is(newTarget, WatchedDate) ? target : newTarget);
  };
  const apply = (target: typeof Date): string => {
    look("Date()", apply);
    return target();
  };
  const WatchedDate = new Proxy(RealDate, { construct, apply });
  RealDate.prototype.constructor = WatchedDate;
  globalThis.Date = WatchedDate;
}

function watchCalls(owner: object, names: readonly string[], look: Look): void {
  for (const name of names) {
    const real: unknown = Reflect.get(owner, name);
    // Some are fixed in some versions of Node.
    if (typeof real !== "function" || Object.getOwnPropertyDescriptor(owner, name)?.configurable === false) continue;
    const tracked = (...args: unknown[]): unknown => {
      look(name, tracked);
      return Reflect.apply(real, owner, args);
    };
    Object.defineProperty(owner, name, { value: tracked, configurable: true, writable: true });
  }
}
