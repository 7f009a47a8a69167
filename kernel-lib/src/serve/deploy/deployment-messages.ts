import type { Deployment } from "./deployment.js";
import type { DeploymentNews } from "./run-deployment.js";

/** What the service tells the process of a deployment; the first one starts it. */
export interface DeploymentOrder {
  readonly root: string;
  readonly deployment: Deployment;
}

/** What the process answers. `failed` is its last word. */
export type DeploymentMessage = DeploymentNews | { readonly kind: "failed"; readonly message: string };
