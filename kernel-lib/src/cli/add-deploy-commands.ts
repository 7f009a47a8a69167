import type { Command } from "commander";
import type { DeployFlags } from "./deploy.js";
import { type CliStreams, printJson } from "./streams.js";

interface JsonFlag {
  readonly json?: boolean;
}

/** Adds `deploy`, and `deployments` with its subcommands. */
export function addDeployCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  program
    .command("deploy")
    .description("have a model served for as long as a service lives, and again when it comes back")
    .argument(
      "<name>",
      "NAME: follows production, and takes the newest until that is set; NAME@ALIAS, NAME@newest: follow; NAME@NUMBER, NAME@ID: stay there",
    )
    .option("--port <number>", "port of 127.0.0.1 (default: the one that it has, else 8080 or the next free one)")
    .option("--name <name>", "what to call the deployment (default: the model's name)")
    .option(
      "--token [token]",
      "bearer token that callers must send; without a value one is made and shown (or: TAGLINE_TOKEN)",
    )
    .option("--no-token", "from now on without a token")
    .option("--no-wait", "do not wait until it answers")
    .option("--json", "print {name, status, number, url, service, ...} as one JSON document")
    .action(async (name: string, options: DeployFlags) => {
      const { runDeploy } = await import("./deploy.js");
      setExitCode(await runDeploy(name, options, streams));
    });

  const deployments = program.command("deployments").description("list, stop, start, restart and remove deployments");
  deployments
    .command("list")
    .description("list the deployments of this project: what each serves, where, and how it goes")
    .option("--json", "print {service, deployments} as one JSON document")
    .action(async (options: JsonFlag) => {
      const { formatDeployments, listDeployments } = await import("./deploy.js");
      const document = listDeployments();
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatDeployments(document));
    });
  for (const [word, description] of [
    ["stop", "stop a deployment, and keep it for another start"],
    ["start", "start a stopped deployment"],
    ["restart", "start a deployment anew"],
    ["remove", "stop a deployment and forget it"],
  ] as const) {
    deployments
      .command(word)
      .description(description)
      .argument("<name>", "the deployment, as list shows it")
      .option("--json", "print the deployment as one JSON document")
      .action(async (name: string, options: JsonFlag) => {
        const { changeDeployment } = await import("./deploy.js");
        setExitCode(await changeDeployment(word, name, options, streams));
      });
  }
}
