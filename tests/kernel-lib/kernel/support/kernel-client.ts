import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Subscriber } from "zeromq";

const main = fileURLToPath(new URL("../../../../kernel-lib/dist/kernel/main.js", import.meta.url));

export interface Message {
  readonly channel: "shell" | "control" | "iopub" | "stdin";
  readonly type: string;
  readonly parent: string | undefined;
  // A test says what it expects of the content.
  readonly content: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly buffers: readonly Buffer[];
}

/** All that came back for one request. */
export interface Answer {
  readonly reply: Record<string, unknown>;
  readonly messages: readonly Message[];
}

export interface ClientOptions {
  readonly folder?: string;
  readonly env?: Record<string, string>;
}

/** A front end for tests: starts the real kernel process and speaks to it over ZeroMQ. */
export class KernelClient {
  readonly folder: string;
  readonly process: ChildProcess;
  readonly log: Message[] = [];
  /** Standard error of the process. */
  serverLog = "";
  readonly #key = randomUUID();
  readonly #session = randomUUID();
  readonly #shell = new Dealer();
  readonly #control = new Dealer();
  readonly #stdin = new Dealer();
  readonly #iopub = new Subscriber();
  readonly #watchers = new Set<() => void>();

  private constructor(folder: string, ports: readonly number[], env: Record<string, string>) {
    this.folder = folder;
    const [shell_port, control_port, iopub_port, stdin_port, hb_port] = ports;
    const file = join(mkdtempSync(join(tmpdir(), "tagline-connection-")), "kernel.json");
    writeFileSync(
      file,
      JSON.stringify({
        shell_port,
        control_port,
        iopub_port,
        stdin_port,
        hb_port,
        ip: "127.0.0.1",
        transport: "tcp",
        key: this.#key,
        signature_scheme: "hmac-sha256",
      }),
    );
    this.process = spawn(process.execPath, [main, file], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "pipe"],
    });
    this.process.stderr?.on("data", (chunk: Buffer) => {
      this.serverLog += chunk.toString();
    });
    // One front end goes by one name on all channels.
    for (const socket of [this.#shell, this.#control, this.#stdin]) socket.routingId = this.#session;
    this.#stdin.connect(`tcp://127.0.0.1:${stdin_port}`);
    void this.#receive("stdin", this.#stdin);
    this.#shell.connect(`tcp://127.0.0.1:${shell_port}`);
    this.#control.connect(`tcp://127.0.0.1:${control_port}`);
    this.#iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
    this.#iopub.subscribe();
    void this.#receive("shell", this.#shell);
    void this.#receive("control", this.#control);
    void this.#receive("iopub", this.#iopub);
  }

  /** Resolves when the kernel listens and its outputs arrive. */
  static async start({
    folder = mkdtempSync(join(tmpdir(), "tagline-kernel-")),
    env = {},
  }: ClientOptions = {}): Promise<KernelClient> {
    const client = new KernelClient(folder, await freePorts(5), { TAGLINE_PROJECT: folder, ...env });
    await client.until((message) => message.type === "iopub_welcome");
    return client;
  }

  /** Sends a request without waiting; gives its id. */
  send(
    type: string,
    content: object,
    metadata: object = {},
    channel: "shell" | "control" | "stdin" = "shell",
    buffers: readonly Uint8Array[] = [],
  ): string {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "test",
      date: new Date().toISOString(),
      version: "5.3",
    };
    const parts = [header, {}, metadata, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    void { shell: this.#shell, control: this.#control, stdin: this.#stdin }[channel].send([
      "<IDS|MSG>",
      hmac.digest("hex"),
      ...parts,
      ...buffers.map((bytes) => Buffer.from(bytes)),
    ]);
    return header.msg_id;
  }

  /** Waits for the reply to a request and for the kernel to be idle after it. */
  async answer(id: string): Promise<Answer> {
    const reply = await this.until(
      ({ parent, channel }) => parent === id && (channel === "shell" || channel === "control"),
    );
    await this.until(
      ({ parent, type, content }) => parent === id && type === "status" && content["execution_state"] === "idle",
    );
    return {
      reply: reply.content,
      messages: this.log.filter(({ parent, channel }) => parent === id && channel === "iopub"),
    };
  }

  /** Sends what has no reply, and waits until the kernel is idle after it; gives its id. */
  async answerless(
    type: string,
    content: object,
    metadata: object = {},
    buffers: readonly Uint8Array[] = [],
  ): Promise<string> {
    const id = this.send(type, content, metadata, "shell", buffers);
    await this.until((message) => message.parent === id && message.content["execution_state"] === "idle");
    return id;
  }

  request(type: string, content: object = {}, channel: "shell" | "control" = "shell"): Promise<Answer> {
    return this.answer(this.send(type, content, {}, channel));
  }

  execute(code: string, metadata: object = {}, options: object = {}): Promise<Answer> {
    return this.answer(
      this.send(
        "execute_request",
        {
          code,
          silent: false,
          store_history: true,
          user_expressions: {},
          allow_stdin: false,
          stop_on_error: true,
          ...options,
        },
        metadata,
      ),
    );
  }

  /** The first message, past or future, that fits. Rejects if the process ends before. */
  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.log.find(fits);
      if (found !== undefined) return found;
      if (this.process.exitCode !== null)
        throw new Error(`The kernel ended with ${this.process.exitCode}: ${this.serverLog}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#watchers.delete(wake);
          this.process.off("exit", wake);
          resolve();
        };
        this.#watchers.add(wake);
        this.process.once("exit", wake);
      });
    }
  }

  /** Shuts the kernel down; resolves to its exit code. */
  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => {
      if (this.process.exitCode !== null) resolve(this.process.exitCode);
      this.process.once("exit", resolve);
    });
    if (this.process.exitCode === null) this.send("shutdown_request", { restart: false }, {}, "control");
    const code = await exited;
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub]) socket.close();
    return code;
  }

  async #receive(channel: Message["channel"], socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const [signature, header, parent, metadata, content] = frames.slice(at + 1).map(String);
      const hmac = createHmac("sha256", this.#key);
      for (const part of [header, parent, metadata, content]) hmac.update(part ?? "");
      if (hmac.digest("hex") !== signature)
        throw new Error("Cannot trust the kernel's message: its signature is wrong");
      this.log.push({
        channel,
        type: JSON.parse(header ?? "").msg_type,
        parent: JSON.parse(parent ?? "").msg_id,
        content: JSON.parse(content ?? ""),
        metadata: JSON.parse(metadata ?? ""),
        buffers: frames.slice(at + 6),
      });
      for (const wake of [...this.#watchers]) wake();
    }
  }
}

/** Text of a stream, joined. */
export function streamText({ messages }: Answer, name: "stdout" | "stderr" = "stdout"): string {
  return messages
    .filter(({ type, content }) => type === "stream" && content["name"] === name)
    .map(({ content }) => content["text"])
    .join("");
}

/** `text/plain` of the execute result, or undefined. */
export function resultText({ messages }: Answer): unknown {
  const result = messages.find(({ type }) => type === "execute_result")?.content as
    | { data?: Record<string, unknown> }
    | undefined;
  return result?.data?.["text/plain"];
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      if (address === null || typeof address === "string") throw new Error("Cannot find a free port");
      return address.port;
    }),
  );
}
