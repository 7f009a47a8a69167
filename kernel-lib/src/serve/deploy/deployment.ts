/** One entry of `deployments` in `.tagline/catalog.json`, which people may edit. */
export interface Deployment {
  /** What commands call it; unique in the project. */
  readonly name: string;
  readonly model: string;
  /** The alias whose moves it follows, or `newest`; null: it stays at `version`. */
  readonly follows: string | null;
  /** Id of the version that is served, or, where an alias is followed, as long as that is not set. */
  readonly version: string | null;
  /** Of 127.0.0.1. */
  readonly port: number;
  /** sha256 (hex) of the token that callers must send; null: none. */
  readonly tokenSha256: string | null;
  readonly stopped: boolean;
  /** When it was deployed, or last started or restarted, ISO 8601. Another time is another start. */
  readonly startedAt: string;
}

/** Where predictions are asked. */
export function deploymentUrl({ model, port }: Pick<Deployment, "model" | "port">): string {
  return `http://127.0.0.1:${port}/${model}`;
}
