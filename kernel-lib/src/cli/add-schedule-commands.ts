import type { Command } from "commander";
import type { ScheduleFlags } from "./schedule.js";
import { type CliStreams, printJson } from "./streams.js";

interface JsonFlag {
  readonly json?: boolean;
}

/** `tagline schedule …` and `tagline service`. */
export function addScheduleCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  const schedule = program.command("schedule").description("run notebooks by the clock, as long as a service lives");
  schedule
    .command("add")
    .description("check a notebook and schedule it; prints the next three moments")
    .argument("<notebook>", "path of the .ipynb file")
    .requiredOption("--cron <expression>", 'when: five fields ("0 6 * * *"), or six with seconds first')
    .option("--tz <zone>", "time zone, such as Europe/Berlin (default: this machine's)")
    .option("-p, --param <name=value>", "value of a parameter for its runs (again for more)", collect, [])
    .option("--name <name>", "what to call it (default: the notebook's name)")
    .option("--json", "print {schedule, next, service, diagnostics} as one JSON document")
    .action(async (notebook: string, options: JsonFlag & ScheduleFlags) => {
      const { addToSchedules } = await import("./schedule.js");
      const { document, text } = await addToSchedules(notebook, options);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(text);
      setExitCode(document.schedule === null ? 1 : 0);
    });
  schedule
    .command("list")
    .description("list the schedules: when they fire next, what became of the last run, what was missed")
    .option("--json", "print {service, schedules} as one JSON document")
    .action(async (options: JsonFlag) => {
      const { formatSchedules, listSchedules } = await import("./schedule.js");
      const document = listSchedules();
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatSchedules(document));
    });
  schedule
    .command("run")
    .description("run a schedule's notebook now, with its params")
    .argument("<id>", "the schedule, as list shows it")
    .option("--json", "print the run as one JSON document; progress goes to standard error")
    .action(async (id: string, options: JsonFlag) => {
      const { runNow } = await import("./schedule.js");
      setExitCode(await runNow(id, { json: options.json ?? false, ...streams }));
    });
  for (const [name, past, description] of [
    ["pause", "Paused", "keep a schedule from firing"],
    ["resume", "Resumed", "let a paused schedule fire again"],
    ["remove", "Removed", "remove a schedule"],
  ] as const) {
    schedule
      .command(name)
      .description(description)
      .argument("<id>", "the schedule, as list shows it")
      .option("--json", "print {schedule} as one JSON document")
      .action(async (id: string, options: JsonFlag) => {
        const { removeSchedule, setPaused } = await import("../schedule/index.js");
        const { findProjectRoot } = await import("../lineage/project.js");
        const root = findProjectRoot();
        const changed =
          name === "remove" ? await removeSchedule(root, id) : await setPaused(root, id, name === "pause", new Date());
        if (options.json) printJson(streams, { schedule: changed });
        else streams.stdout.write(`${past} ${changed.id}.\n`);
      });
  }

  program
    .command("service")
    .description("fire the schedules of this project, without Jupyter, until interrupted")
    .option("--json", "print what happens as JSON, one line for each event")
    .action(async (options: JsonFlag) => {
      const { runService } = await import("./service.js");
      setExitCode(await runService({ json: options.json ?? false, ...streams }));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
