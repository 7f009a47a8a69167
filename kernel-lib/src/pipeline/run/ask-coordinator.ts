import type { RegisteredModel } from "../../registry/registered-model.js";
import type { VersionDraft } from "../../registry/version-draft.js";
import type { DraftReply, StepMessage } from "./step-protocol.js";

/** In a step's process: asks the coordinator to register drafts, and hears its answers. */
export class Coordinator {
  readonly #tell: (message: StepMessage) => void;
  readonly #waiting = new Map<number, (reply: DraftReply) => void>();
  #asked = 0;

  constructor(tell: (message: StepMessage) => void) {
    this.#tell = tell;
    process.on("message", (message: DraftReply) => this.#hear(message));
  }

  /** Rejects with the coordinator's sentence if there is no version. */
  async register(draft: VersionDraft): Promise<Omit<RegisteredModel, "name">> {
    const id = ++this.#asked;
    // The step has nothing else to do until the answer comes, which must not look like its end.
    process.channel?.ref();
    const reply = await new Promise<DraftReply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#tell({ kind: "draft", id, draft });
    });
    if (this.#waiting.size === 0) process.channel?.unref();
    if ("error" in reply) throw new Error(reply.error);
    return reply.registered;
  }

  #hear(reply: DraftReply): void {
    const resolve = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    resolve?.(reply);
  }
}
