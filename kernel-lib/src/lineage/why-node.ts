/** A thing in the lineage of another. */
export interface WhyNode {
  /** Stable: the same log gives the same ids. */
  readonly id: string;
  readonly kind:
    | "metric"
    | "model"
    | "deployment"
    | "request"
    | "cell"
    | "step"
    | "variable"
    | "artifact"
    | "param"
    | "file"
    | "run";
  readonly label: string;
  /** sha256 (hex): a file's bytes, an artifact's canonical bytes, a cell's source text, a version's content. */
  readonly hash?: string;
  /** Of a file: absolute. */
  readonly path?: string;
  /** Of a metric or param; of a model its version's number. */
  readonly value?: unknown;
  readonly run?: string;
  readonly cellId?: string;
  readonly step?: string;
  readonly notebook?: string;
  /** One line more for a person: `LayersModel, 323 parameters`. */
  readonly detail?: string;
}

/** Points from cause to effect: file → cell → variable → cell → metric. */
export interface WhyEdge {
  readonly from: string;
  readonly to: string;
}

export interface WhyResult {
  /** Id of the node that was asked about. */
  readonly target: string;
  /** The target first, then its causes in the order in which they were found. */
  readonly nodes: readonly WhyNode[];
  readonly edges: readonly WhyEdge[];
}
