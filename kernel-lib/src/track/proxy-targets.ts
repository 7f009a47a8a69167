const targets = new WeakMap<object, object>();

/** What a proxy stands for, without a question to the proxy itself; undefined if it was made before `patchProxies`. */
export function proxyTarget(proxy: object): object | undefined {
  return targets.get(proxy);
}

let isPatched = false;

/** Remembers from now on what each new proxy stands for: a change through it is seen without setting off its traps. */
export function patchProxies(): void {
  if (isPatched) return;
  isPatched = true;
  const Native = Proxy;
  const patched: ProxyConstructor = new Native(Native, {
    construct(_target, [target, handler], newTarget) {
      const made: object = Reflect.construct(Native, [target, handler], newTarget === patched ? Native : newTarget);
      targets.set(made, target);
      return made;
    },
  });
  const { revocable } = Native;
  const remembering = {
    revocable<T extends object>(target: T, handler: ProxyHandler<T>): { proxy: T; revoke: () => void } {
      const made = revocable.call(Native, target, handler) as { proxy: T; revoke: () => void };
      targets.set(made.proxy, target);
      return made;
    },
  }.revocable;
  Object.defineProperty(Native, "revocable", { value: remembering, writable: true, configurable: true });
  Object.defineProperty(globalThis, "Proxy", { value: patched, writable: true, configurable: true, enumerable: false });
}
