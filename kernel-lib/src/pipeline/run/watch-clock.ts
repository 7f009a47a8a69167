/** Calls that came from elsewhere before it is taken that the step's own code does not ask: each costs a look at the stack. */
const LOOKS_AT_MOST = 10_000;

/**
 * From now on tells when code below `folder` itself asks what time it is, by `Date.now()`, `new Date()` or `Date()`. Libraries that do so for
 * their own ends are not meant, nor are stop watches (`performance.now`, `process.hrtime`), whose zero means nothing.
 *
 * @param isKnown true while it need not be told
 */
export function watchClock(
  folder: string,
  { isKnown, onRead }: { readonly isKnown: () => boolean; readonly onRead: () => void },
): void {
  const RealDate = Date;
  const now = RealDate.now;
  let looks = 0;
  const look = (above: (...args: never[]) => unknown): void => {
    if (looks >= LOOKS_AT_MOST || isKnown()) return;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    const at: { stack?: string } = {};
    Error.captureStackTrace(at, above);
    Error.stackTraceLimit = limit;
    if (at.stack?.includes(folder)) onRead();
    else looks += 1;
  };
  RealDate.now = function tracked(): number {
    look(tracked);
    return now();
  };
  const construct = (target: typeof Date, args: unknown[], newTarget: NewableFunction): object => {
    if (args.length === 0) look(construct);
    return Reflect.construct(target, args, Object.is(newTarget, WatchedDate) ? target : newTarget);
  };
  const apply = (target: typeof Date): string => {
    look(apply);
    return target();
  };
  const WatchedDate = new Proxy(RealDate, { construct, apply });
  RealDate.prototype.constructor = WatchedDate;
  globalThis.Date = WatchedDate;
}
