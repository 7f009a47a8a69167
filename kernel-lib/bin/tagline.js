#!/usr/bin/env node
// The `tagline` command. Nothing is imported before its turn: a fresh clone has nothing installed and nothing built
// when `npm start` comes through here.
import "./check-node.js";

if (process.argv[2] === "lab") {
  const { lab } = await import("../src/lab/main.js");
  process.exitCode = await lab(process.argv.slice(3));
} else {
  const { ensureBuilt } = await import("../src/lab/ensure-built.js");
  if (await ensureBuilt()) await import("../dist/cli/main.js");
  else process.exitCode = 2;
}
