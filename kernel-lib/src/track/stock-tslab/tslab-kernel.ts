import { findStockTslab } from "../../display/find-stock-tslab.js";

/** What is used of a message on tslab's wire. */
export interface TslabMessage {
  readonly header: { readonly msg_type?: string };
  readonly metadata: { readonly cellId?: unknown };
  readonly content: { readonly code?: unknown };
}

/** The methods of tslab's kernel at which a cell begins and ends. All of them are called by way of the prototype. */
export interface TslabKernel {
  readonly server: {
    handleExecute(socket: unknown, message: TslabMessage): Promise<void>;
    publishStatus(status: string, message: TslabMessage): void;
    close(): void;
  };
  readonly handler: {
    handleExecuteImpl(request: TslabMessage["content"], ...rest: unknown[]): Promise<unknown>;
  };
  /** What it hands to the code of each cell. */
  readonly globals: { exports: Record<PropertyKey, unknown> };
}

/** The stock tslab kernel that runs in this process, or null. */
export function tslabKernel(): TslabKernel | null {
  const jupyter = findStockTslab("jupyter");
  const server = prototypeOf(jupyter, "ZmqServer", ["handleExecute", "publishStatus", "close"]);
  const handler = prototypeOf(jupyter, "JupyterHandlerImpl", ["handleExecuteImpl"]);
  const globals: unknown = Reflect.get(globalThis, "__tslab__");
  if (server === null || handler === null) return null;
  if (typeof globals !== "object" || globals === null || !("exports" in globals)) return null;
  // The names were looked for; their arguments are those of tslab 1.0, which does not change any more.
  return { server, handler, globals } as unknown as TslabKernel;
}

function prototypeOf(module: object | undefined, name: string, methods: readonly string[]): object | null {
  const made: unknown = module === undefined ? undefined : Reflect.get(module, name);
  if (typeof made !== "function") return null;
  const prototype: unknown = made.prototype;
  if (typeof prototype !== "object" || prototype === null) return null;
  return methods.every((method) => typeof Reflect.get(prototype, method) === "function") ? prototype : null;
}
