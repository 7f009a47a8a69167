import { readFileSync } from "node:fs";

/** What Jupyter's connection file says. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
  /** Secret that signs each message; empty: messages are not signed. */
  readonly key: string;
  readonly signature_scheme: string;
}

const ports = ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"] as const;

export function readConnection(path: string): Connection {
  const connection: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof connection !== "object" || connection === null)
    throw new Error(`Cannot read the connection file ${path}: it is not a JSON object`);
  for (const port of ports) {
    if (typeof Reflect.get(connection, port) !== "number")
      throw new Error(`Cannot read the connection file ${path}: it has no ${port}`);
  }
  const {
    key = "",
    signature_scheme = "hmac-sha256",
    transport = "tcp",
    ip = "127.0.0.1",
  } = connection as Partial<Connection>;
  if (signature_scheme !== "hmac-sha256")
    throw new Error(`Cannot sign messages with ${signature_scheme}: only hmac-sha256 is known`);
  // The ports were checked above.
  return { ...(connection as Connection), key, signature_scheme, transport, ip };
}

/** `ipc` uses the port as the end of a file's name. */
export function address({ transport, ip }: Connection, port: number): string {
  return transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}
