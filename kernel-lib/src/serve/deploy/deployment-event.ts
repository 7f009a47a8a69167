/** What a keeper tells while it works. */
export type DeploymentEvent =
  | {
      readonly kind: "serving";
      readonly deployment: string;
      readonly version: string;
      readonly number: number;
      /** Id of the version before; null if it began to answer. */
      readonly previous: string | null;
      readonly url: string;
    }
  | { readonly kind: "stopped"; readonly deployment: string; readonly reason: string }
  /** `retryMs`: it is started again after so many milliseconds; null: it goes on with the version that it has. */
  | {
      readonly kind: "failed";
      readonly deployment: string;
      readonly message: string;
      readonly retryMs: number | null;
    }
  /** The catalog cannot be read. */
  | { readonly kind: "problem"; readonly message: string };
