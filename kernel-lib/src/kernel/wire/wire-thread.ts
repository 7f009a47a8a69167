import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router, XPublisher } from "zeromq";
import { Codec } from "./codec.js";
import { address } from "./connection.js";
import { MainThreadBreaker } from "./main-thread-breaker.js";
import type { Channel, Header, Incoming, Outgoing } from "./message.js";
import { Outbox } from "./outbox.js";
import type { FromWire, ToWire, WireData } from "./thread-messages.js";

/**
 * The wire's own thread: it owns the sockets, so that output goes out, the heartbeat beats and an interrupt
 * arrives while a cell keeps the kernel's thread busy.
 */
const port = parentPort;
if (port === null) throw new Error("Cannot start the wire: it runs in a worker thread");
// Given by `openWire`.
const { connection, kernelInfo, permit } = workerData as WireData;
const codec = new Codec(connection.key);
const breaker = new MainThreadBreaker(permit);
const sockets = {
  shell: new Router(),
  control: new Router(),
  stdin: new Router(),
  iopub: new XPublisher({ verbosity: "allSubs" }),
};
const heartbeat = new Reply();
let sawCell = false;

const outboxes = Object.fromEntries(
  Object.entries(sockets).map(([channel, socket]) => {
    // A front end that does not read must not make the kernel wait or lose messages.
    socket.sendHighWaterMark = 0;
    socket.linger = 1000;
    return [
      channel,
      new Outbox(
        (frames) => socket.send([...frames]),
        (stream) => codec.encode(streamMessage(stream)),
      ),
    ];
  }),
  // One for each channel.
) as Record<Channel, Outbox>;

for (const channel of ["shell", "control", "stdin", "iopub"] as const)
  await sockets[channel].bind(address(connection, connection[`${channel}_port`]));
await heartbeat.bind(address(connection, connection.hb_port));

let closing = false;

port.on("message", (message: ToWire) => {
  // A second goodbye, or output of a timer: the sockets are going.
  if (closing) return;
  if (message.kind === "send") outboxes[message.message.channel].post(codec.encode(message.message));
  else if (message.kind === "stream") outboxes.iopub.stream(message.stream);
  else if (message.kind === "interrupted") breaker.disarm();
  else if (message.kind === "settle") setImmediate(() => setImmediate(() => tell({ kind: "settled" })));
  else void close();
});
for (const channel of ["shell", "control", "stdin"] as const) void receive(channel);
void beat();
void welcome();
endWithParent(process.ppid);
tell({ kind: "ready" });

function tell(message: FromWire): void {
  port?.postMessage(message);
}

async function receive(channel: "shell" | "control" | "stdin"): Promise<void> {
  for await (const frames of sockets[channel]) {
    try {
      take(codec.decode(channel, frames));
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
  }
}

function take(message: Incoming): void {
  const { msg_type: type } = message.header;
  if (type === "execute_request") sawCell = true;
  // Before the first cell the kernel's thread is busy loading the compiler, and nothing depends on the order.
  // On the control channel it is answered while a cell runs, whatever that does.
  if (type === "kernel_info_request" && (!sawCell || message.channel === "control")) {
    answerKernelInfo(message);
    return;
  }
  if (type === "interrupt_request") {
    tell({ kind: "interrupt" });
    breaker.arm();
  }
  // A cell that blocks the kernel's thread must not keep it from saying goodbye.
  if (type === "shutdown_request") breaker.arm();
  tell({ kind: "message", message });
}

function answerKernelInfo({ channel, identities, header }: Incoming): void {
  publish("status", header, '{"execution_state":"busy"}');
  outboxes[channel].post(
    codec.encode({
      channel,
      identities,
      type: "kernel_info_reply",
      parent: header,
      metadata: "{}",
      content: kernelInfo,
    }),
  );
  publish("status", header, '{"execution_state":"idle"}');
}

function publish(type: string, parent: Header | null, content: string): void {
  outboxes.iopub.post(
    codec.encode({ channel: "iopub", identities: [Buffer.from(type)], type, parent, metadata: "{}", content }),
  );
}

function streamMessage({ name, text, parent }: { name: string; text: string; parent: Header | null }): Outgoing {
  return {
    channel: "iopub",
    identities: [Buffer.from(`stream.${name}`)],
    type: "stream",
    parent,
    metadata: "{}",
    content: JSON.stringify({ name, text }),
  };
}

/** Tells each new subscriber that nothing will be lost from here on (protocol 5.4). */
async function welcome(): Promise<void> {
  for await (const [frame] of sockets.iopub) {
    if (frame === undefined || frame[0] !== 1) continue;
    const topic = frame.subarray(1);
    const message: Outgoing = {
      channel: "iopub",
      identities: [topic],
      type: "iopub_welcome",
      parent: null,
      metadata: "{}",
      content: JSON.stringify({ subscription: topic.toString() }),
    };
    outboxes.iopub.post(codec.encode(message));
  }
}

async function beat(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/**
 * Ends the kernel when the process that started it was killed, also while a cell keeps the kernel's thread busy:
 * nobody could ever stop that cell. What was acknowledged is on the disk already.
 */
function endWithParent(parent: number): void {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, 1000).unref();
}

/** An open socket would abort the process when it exits. */
async function close(): Promise<void> {
  closing = true;
  await Promise.all(Object.values(outboxes).map((outbox) => outbox.flushed()));
  for (const socket of [...Object.values(sockets), heartbeat]) socket.close();
  port?.close();
}
