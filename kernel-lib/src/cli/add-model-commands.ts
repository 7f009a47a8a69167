import type { Command } from "commander";
import type { AliasMove } from "../registry/move-alias.js";
import { addDeployCommands } from "./add-deploy-commands.js";
import { type CliStreams, printJson } from "./streams.js";

interface JsonFlag {
  readonly json?: boolean;
}

interface MoveFlags extends JsonFlag {
  readonly alias: string;
  readonly reason?: string;
}

const NAME = "NAME, NAME@ALIAS, NAME@NUMBER or NAME@ID";

/** Adds `models` and its subcommands, `serve`, `deploy` and `deployments`. */
export function addModelCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  const models = program.command("models").description("list, show, promote and roll back model versions");

  models
    .command("list")
    .description("list the model versions of this project, newest first")
    .argument("[name]", "one model only")
    .option("--json", "print {models, problems} as one JSON document")
    .action(async (name: string | undefined, options: JsonFlag) => {
      const { formatModels, projectModels } = await import("./models.js");
      const document = projectModels(name);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatModels(document));
    });

  models
    .command("show")
    .description("show one version whole: what it takes and gives, its values and packages, where it comes from")
    .argument("<name>", `${NAME}; without a version, the newest`)
    .option("--json", "print the version's manifest as one JSON document")
    .action(async (name: string, options: JsonFlag) => {
      const { formatModel, showModel } = await import("./models.js");
      const version = showModel(name);
      if (options.json) printJson(streams, version);
      else streams.stdout.write(formatModel(version));
    });

  const tellMove = async (move: AliasMove, options: JsonFlag): Promise<void> => {
    const { formatMove, moveDocument } = await import("./models.js");
    if (options.json) printJson(streams, moveDocument(move));
    else streams.stdout.write(formatMove(move));
  };

  models
    .command("promote")
    .description("point an alias to a version")
    .argument("<name>", `${NAME}; without a version, the newest`)
    .option("--alias <alias>", "the alias to move", "production")
    .option("--reason <text>", "why, for the log")
    .option("--json", "print {model, alias, number, version, previous, isMoved} as one JSON document")
    .action(async (name: string, options: MoveFlags) => {
      const { promote } = await import("./models.js");
      await tellMove(await promote(name, options), options);
    });

  models
    .command("rollback")
    .description("point an alias to the version where it stood before")
    .argument("<name>", "NAME or NAME@ALIAS")
    .option("--alias <alias>", "the alias to move", "production")
    .option("--reason <text>", "why, for the log")
    .option("--json", "print {model, alias, number, version, previous, isMoved} as one JSON document")
    .action(async (name: string, options: MoveFlags) => {
      const { rollBack } = await import("./models.js");
      await tellMove(await rollBack(name, options), options);
    });

  program
    .command("serve")
    .description("answer predictions of a model over HTTP until interrupted")
    .argument("<name>", `${NAME}; without a version, production if it is set, else the newest`)
    .option("--port <number>", "port to listen on (default: 8080, or the next free one)")
    .option("--host <address>", "address to listen on; others than this machine's own need a token", "127.0.0.1")
    .option("--token <token>", "bearer token that callers must send (better: TAGLINE_TOKEN)")
    .option("--timeout <seconds>", "time limit for one request", "30")
    .option("--json", "when ready, print {model, version, number, because, url, ...} as one JSON document")
    .action(
      async (name: string, options: JsonFlag & { port?: string; host: string; token?: string; timeout: string }) => {
        const { serve } = await import("./serve.js");
        setExitCode(await serve(name, options, streams));
      },
    );
  addDeployCommands(program, streams, setExitCode);
}
