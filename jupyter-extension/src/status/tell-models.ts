import type { OperationsReply } from "tagline/service/api";

export interface StatusPart {
  readonly text: string;
  readonly tone: "ok" | "warning" | "error" | null;
}

/** What the status bar says of a project's models: the one in production (how many, where they are several), and what is wrong. */
export function tellModels(reply: Pick<OperationsReply, "models" | "deployments"> | null): readonly StatusPart[] {
  if (reply === null) return [];
  const live = reply.models.flatMap(({ model, aliases }) =>
    aliases.filter((each) => each.alias === "production").map((each) => `${model} v${each.number}`),
  );
  const failed = reply.deployments.filter((each) => each.status === "failed").length;
  const drifted = reply.models.filter((each) => each.drift?.drifted === true);
  const [first] = live;
  const parts: StatusPart[] = [];
  if (first !== undefined)
    parts.push({ text: `${live.length === 1 ? first : `${live.length} models`} in production`, tone: "ok" });
  if (failed > 0)
    parts.push({ text: `${failed} ${failed === 1 ? "deployment" : "deployments"} failed`, tone: "error" });
  if (drifted.length > 0)
    parts.push({
      text: drifted.length === 1 ? `${drifted[0]?.model} drifted` : `${drifted.length} models drifted`,
      tone: "warning",
    });
  return parts;
}
