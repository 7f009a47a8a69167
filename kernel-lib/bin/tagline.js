#!/usr/bin/env node
// The `tagline` command. Nothing is imported before its turn: a fresh clone has nothing installed and nothing built
// when `npm start` comes through here.
import "./check-node.js";
import module from "node:module";

// From Node 22 on: what the engine made of the code the last time. (The types are of Node 20.)
Reflect.get(module, "enableCompileCache")?.();

if (process.argv[2] === "lab") {
  const { lab } = await import("../src/lab/main.js");
  process.exitCode = await lab(process.argv.slice(3));
} else {
  const { commandModule } = await import("../src/lab/command-module.js");
  const url = await commandModule();
  if (url === null) process.exitCode = 2;
  else await import(url);
}
