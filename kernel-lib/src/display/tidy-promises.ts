import { inspect, types } from "node:util";

/**
 * Makes a promise look as it does in bare Node. Where `AsyncLocalStorage` is on, Node writes its bookkeeping into every
 * promise, as fields that `inspect` (and so `console.log`) shows; here it is told not to. Once per process.
 */
export function tidyPromises(): void {
  Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: function tidy(this: object): object {
      if (types.isPromise(this)) hideBookkeeping(this);
      // Node goes on as if there had been no such method.
      return this;
    },
  });
}

/** Node's names for what an async hook needs to know. */
const BOOKKEEPING = /^(?:async_id_symbol|trigger_async_id_symbol|kResourceStore|destroyed)$/;

function hideBookkeeping(promise: object): void {
  for (const key of Object.getOwnPropertySymbols(promise)) {
    if (!BOOKKEEPING.test(key.description ?? "")) continue;
    const descriptor = Object.getOwnPropertyDescriptor(promise, key);
    if (descriptor?.configurable === true) Object.defineProperty(promise, key, { ...descriptor, enumerable: false });
  }
}
