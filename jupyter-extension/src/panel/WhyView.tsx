import { useEffect, useState } from "react";
import type { WhyNode, WhyReply } from "tagline/service/api";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { formatNumber } from "../model/step-view.js";

/** The way from a number back to the files it came from. */
export function WhyView({
  pipeline,
  name,
}: {
  readonly pipeline: NotebookPipeline;
  readonly name: string;
}): JSX.Element {
  const [reply, setReply] = useState<WhyReply | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setReply(null);
    pipeline
      .why(name)
      .then(setReply, (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  }, [pipeline, name]);
  if (problem !== null) return <p className="tagline-Problem">{problem}</p>;
  if (reply === null) return <p className="tagline-Hint">Looking it up…</p>;
  return (
    <ol className="tagline-Why">
      {reply.nodes.map((node) => (
        <li key={node.id} data-kind={node.kind}>
          <span className="tagline-Why-kind">{node.kind}</span>
          <span className="tagline-Why-label" title={node.path ?? node.label}>
            {node.label}
            {tellValue(node)}
          </span>
          {node.hash !== undefined && <code title={`sha256 ${node.hash}`}>{node.hash.slice(0, 8)}</code>}
        </li>
      ))}
    </ol>
  );
}

function tellValue(node: WhyNode): string {
  if (node.value === undefined) return "";
  return ` = ${typeof node.value === "number" ? formatNumber(node.value) : JSON.stringify(node.value)}`;
}
