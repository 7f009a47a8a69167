import { cells } from "./plugins/cells.js";
import { client } from "./plugins/client.js";
import { commands } from "./plugins/commands.js";
import { panel } from "./plugins/panel.js";
import { pipelines } from "./plugins/pipelines.js";
import { status } from "./plugins/status.js";

export default [client, pipelines, commands, cells, panel, status];
