#!/usr/bin/env node
// The `tagline` command. No static import and no new syntax before the version is known: a fresh clone has nothing
// installed and nothing built when `npm start` comes through here.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (!(major > 20 || (major === 20 && minor >= 19))) {
  process.stderr.write(
    `Cannot run Tagline on Node ${process.versions.node}: it needs Node 20.19 or newer. Install it from https://nodejs.org, then try again.\n`,
  );
  process.exit(2);
}

if (process.argv[2] === "lab") {
  const { lab } = await import("../src/lab/main.js");
  process.exitCode = await lab(process.argv.slice(3));
} else {
  const { ensureBuilt } = await import("../src/lab/ensure-built.js");
  if (await ensureBuilt()) await import("../dist/cli/main.js");
  else process.exitCode = 2;
}
