// Imported first by every command, and in old syntax: an old Node shall say what it lacks, not fail at what it cannot read.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (!(major > 20 || (major === 20 && minor >= 19))) {
  process.stderr.write(
    `Cannot run Tagline on Node ${process.versions.node}: it needs Node 20.19 or newer. Install it from https://nodejs.org, then try again.\n`,
  );
  process.exit(2);
}
