export { type Deployment, deploymentUrl } from "./deployment.js";
export type { DeploymentEvent } from "./deployment-event.js";
export { DeploymentFold, type RequestTotals } from "./deployment-fold.js";
export { type DeploymentState, deploymentStates } from "./deployment-states.js";
export {
  type Deployed,
  DeploymentConflictError,
  deploy,
  deploymentsOffHere,
  readDeployments,
  removeDeployment,
  restartDeployment,
  startDeployment,
  stopDeployment,
  UnknownDeploymentError,
} from "./edit-deployments.js";
export { type Keeper, keepDeployments } from "./keep-deployments.js";
