import { findProjectRoot, projectFiles } from "../lineage/project.js";
import { openExchange } from "../pipeline/run/tasks/open-exchange.js";
import { type Moved, pullLineage } from "../pipeline/run/tasks/pull-lineage.js";
import { UsageError } from "../pipeline/run/usage-error.js";

export interface Pulled extends Moved {
  /** Where it came from. */
  readonly place: string;
}

/** Takes what an engine's tasks left beside the artifact store into this project. */
export async function pullFrom(place: string | undefined): Promise<Pulled> {
  const root = findProjectRoot();
  const exchange = await openExchange(root, {
    ...process.env,
    ...(place === undefined ? {} : { TAGLINE_ARTIFACTS: place }),
  });
  if (exchange.place === projectFiles(root).folder)
    throw new UsageError(
      "Cannot pull: this project keeps its artifacts itself. Name the place: tagline lineage pull s3://BUCKET/PREFIX",
    );
  return { place: exchange.place, ...(await pullLineage(root, exchange)) };
}

export function formatPulled({ place, segments, versions }: Pulled): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
  return `Took ${count(segments, "segment")} of the log and ${count(versions, "model version")} from ${place}\n`;
}
