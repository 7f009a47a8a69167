import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ServiceClient } from "../client/service-client.js";
import { IServiceClient } from "../tokens.js";

export const client: JupyterFrontEndPlugin<IServiceClient> = {
  id: "tagline-jupyter:client",
  description: "Talks to the Tagline service behind Jupyter's login.",
  autoStart: true,
  provides: IServiceClient,
  activate: (app: JupyterFrontEnd) => new ServiceClient(app.serviceManager.serverSettings),
};
