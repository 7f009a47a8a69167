import { cells } from "./plugins/cells";
import { client } from "./plugins/client";
import { commands } from "./plugins/commands";
import { panel } from "./plugins/panel";
import { pipelines } from "./plugins/pipelines";
import { status } from "./plugins/status";

export default [client, pipelines, commands, cells, panel, status];
