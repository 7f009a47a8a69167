import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { type Channel, type Header, type Incoming, type Outgoing, PROTOCOL_VERSION } from "./message.js";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Signs, frames and reads messages of Jupyter's wire protocol. */
export class Codec {
  readonly #key: string;
  readonly #session = randomUUID();

  constructor(key: string) {
    this.#key = key;
  }

  /** Throws if the frames are not a message or are not signed with our key. */
  decode(channel: Channel, frames: readonly Buffer[]): Incoming {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (at < 0) throw new Error(`Cannot read a message on ${channel}: it has no delimiter`);
    const [signature, header, parent, metadata, content, ...buffers] = frames.slice(at + 1);
    if (
      signature === undefined ||
      header === undefined ||
      parent === undefined ||
      metadata === undefined ||
      content === undefined
    ) {
      throw new Error(
        `Cannot read a message on ${channel}: it has ${frames.length - at - 1} parts after the delimiter`,
      );
    }
    if (!this.#isSigned(signature, [header, parent, metadata, content]))
      throw new Error(`Cannot trust a message on ${channel}: its signature is not of this kernel's key`);
    return {
      channel,
      identities: frames.slice(0, at),
      // Signed by a client that speaks the protocol.
      header: JSON.parse(header.toString()) as Header,
      metadata: metadata.toString(),
      content: content.toString(),
      buffers,
    };
  }

  encode(message: Outgoing): (Buffer | Uint8Array | string)[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: message.type,
      session: this.#session,
      username: message.parent?.username ?? "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [JSON.stringify(header), JSON.stringify(message.parent ?? {}), message.metadata, message.content];
    return [...message.identities, DELIMITER, this.#sign(parts), ...parts, ...(message.buffers ?? [])];
  }

  #sign(parts: readonly (Buffer | string)[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #isSigned(signature: Buffer, parts: readonly Buffer[]): boolean {
    const wanted = Buffer.from(this.#sign(parts));
    return this.#key === "" || (wanted.length === signature.length && timingSafeEqual(wanted, signature));
  }
}
