/** MLflow's own shapes, as its REST API (2.0) has them. Times are milliseconds since 1970. */
export interface MlflowExperiment {
  readonly experiment_id: string;
  readonly lifecycle_stage: string;
}

/** A tag or a param. */
export interface MlflowTag {
  readonly key: string;
  readonly value: string;
}

export interface MlflowMetric {
  readonly key: string;
  /** JSON has no NaN and no infinities: those are words. */
  readonly value: number | "NaN" | "Infinity" | "-Infinity";
  readonly timestamp: number;
  readonly step: number;
}

export interface MlflowRun {
  readonly info: {
    readonly run_id: string;
    readonly experiment_id: string;
    readonly status: string;
    readonly artifact_uri: string;
    readonly lifecycle_stage: string;
  };
  readonly data?: { readonly tags?: readonly MlflowTag[]; readonly params?: readonly MlflowTag[] };
}

export interface MlflowVersion {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly run_id: string;
  readonly tags?: readonly MlflowTag[];
  readonly aliases?: readonly string[];
}
