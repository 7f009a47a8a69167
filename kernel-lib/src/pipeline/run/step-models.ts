import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeDraft } from "../../registry/make-draft.js";
import type { ModelCall, ModelHost, ModelSite } from "../../registry/model-host.js";
import { type RegisteredModel, sentence } from "../../registry/registered-model.js";
import type { VersionDraft } from "../../registry/version-draft.js";
import type { StepTask } from "./step-protocol.js";

export interface StepModelsEffects {
  /** Asks the coordinator to register; resolves once the version is safely there. */
  readonly register: (draft: VersionDraft) => Promise<Omit<RegisteredModel, "name">>;
  readonly show: (text: string, cellId: string | null) => void;
}

/** Makes the versions of a step's `model()` calls: from their module's code and the values of now. */
export class StepModels implements ModelHost {
  readonly #task: StepTask;
  readonly #effects: StepModelsEffects;
  /** One after the other, in the order of the calls. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(task: StepTask, effects: StepModelsEffects) {
    this.#task = task;
    this.#effects = effects;
  }

  register(call: ModelCall, site: ModelSite): Promise<Omit<RegisteredModel, "name">> {
    // At once: the step's code may go on and change them.
    const values = site.capture();
    const work = this.#last.catch(() => {}).then(() => this.#make(call, site, values));
    this.#last = work;
    return work;
  }

  async #make(
    call: ModelCall,
    site: ModelSite,
    values: Readonly<Record<string, unknown>>,
  ): Promise<Omit<RegisteredModel, "name">> {
    const { project, run, notebook, module, models } = this.#task;
    const path = site.module.replace("../", "").replace(/js$/, "ts");
    const { input = null, output = null, imports = [] } = models[path] ?? {};
    const draft = await makeDraft(call, {
      root: project,
      folder: process.cwd(),
      run,
      notebook,
      entry: readFileSync(fileURLToPath(new URL(site.module, module)), "utf8"),
      imports,
      values,
      classes: site.classes ?? {},
      input,
      output,
    });
    const registered = await this.#effects.register(draft);
    this.#effects.show(sentence({ name: call.model, ...registered }), call.cellId);
    return registered;
  }
}
