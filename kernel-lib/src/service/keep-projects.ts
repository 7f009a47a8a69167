import { type KeepProjectOptions, keepProject } from "./keep-project.js";

/** Several projects, each kept going once. */
export interface ProjectsKeeper {
  /** @param root a project's root, absolute; one that is kept already stays as it is */
  keep(root: string): void;
  stop(): Promise<void>;
}

export function keepProjects(options: KeepProjectOptions): ProjectsKeeper {
  const kept = new Map<string, ReturnType<typeof keepProject>>();
  let isStopping = false;
  return {
    keep(root) {
      if (!isStopping && !kept.has(root)) kept.set(root, keepProject(root, options));
    },
    async stop() {
      isStopping = true;
      await Promise.all([...kept.values()].map((project) => project.stop()));
    },
  };
}
