import { indexInThread } from "../lineage/log-index/index-in-thread.js";
import { type KeepProjectOptions, keepProject } from "./keep-project.js";

/** Several projects, each kept going once. */
export interface ProjectsKeeper {
  /** @param root a project's root, absolute; one that is kept already stays as it is */
  keep(root: string): void;
  stop(): Promise<void>;
}

export function keepProjects(options: KeepProjectOptions): ProjectsKeeper {
  const kept = new Map<string, Promise<ReturnType<typeof keepProject> | null>>();
  let isStopping = false;
  return {
    keep(root) {
      if (isStopping || kept.has(root)) return;
      // A long log is read first, elsewhere: whoever asks meanwhile is answered.
      kept.set(
        root,
        indexInThread(root).then(() => (isStopping ? null : keepProject(root, options))),
      );
    },
    async stop() {
      isStopping = true;
      await Promise.all([...kept.values()].map(async (project) => (await project)?.stop()));
    },
  };
}
