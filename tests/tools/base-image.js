import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureProgram } from "./system-packages.js";

/** What `node:…-slim` has of use here, besides Node and npm. */
const PROGRAMS = ["sh", "env", "mkdir", "chown", "id"];

/**
 * A store of images in a folder of its own, with a base image made of this machine's Node and npm: there is no registry to take one
 * from. Needs root, as building in a chroot does.
 */
export function openImages() {
  const buildah = ensureProgram("buildah", "buildah");
  const folder = mkdtempSync(join(tmpdir(), "tagline-images-"));
  /**
   * @param {readonly string[]} args
   * @param {string} [cwd]
   */
  const run = (args, cwd = folder) =>
    execFileSync(
      buildah,
      ["--storage-driver", "vfs", "--root", join(folder, "root"), "--runroot", join(folder, "run"), ...args],
      { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 28 },
    );
  return {
    run,
    /** @param {string} name */
    makeBase: (name) => {
      const root = join(folder, "base");
      fillRoot(root);
      const container = run(["from", "scratch"]).trim();
      run(["copy", container, root, "/"]);
      run(["config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin", container]);
      run(["commit", "--quiet", container, name]);
      run(["rm", container]);
      rmSync(root, { recursive: true });
    },
    close: () => {
      try {
        run(["rm", "--all"]);
        run(["rmi", "--all", "--force"]);
      } finally {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/** @param {string} root */
function fillRoot(root) {
  const paths = PROGRAMS.map((name) => realpathSync(ensureProgram(name, "coreutils")));
  const node = realpathSync(process.execPath);
  for (const path of new Set([...paths, node].flatMap((program) => [program, ...librariesOf(program)])))
    copy(path, root);
  for (const [index, name] of PROGRAMS.entries()) link(paths[index] ?? "", join(root, "bin", name));
  link(node, join(root, "usr/local/bin/node"));
  const npm = npmFolder();
  cpSync(npm, join(root, "usr/local/lib/node_modules/npm"), { recursive: true, dereference: true });
  for (const name of ["npm", "npx"])
    link(`/usr/local/lib/node_modules/npm/bin/${name}-cli.js`, join(root, "usr/local/bin", name));
  if (!existsSync(join(root, "usr/bin/env"))) link("/bin/env", join(root, "usr/bin/env"));
  for (const folder of ["tmp", "etc", "root", "home/node"]) mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n");
  writeFileSync(join(root, "etc/group"), "root:x:0:\nnode:x:1000:\n");
  // How this machine's npm reaches its registry.
  for (const path of ["/etc/ssl/certs/ca-certificates.crt", "/etc/hosts"])
    if (existsSync(path)) copy(realpathSync(path), root, path);
  const settings = execFileSync("npm", ["config", "get", "registry", "cafile"], { encoding: "utf8" });
  const lines = settings
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s*=\s*/, "="))
    .filter((line) => /^(?:registry|cafile)=(?!null|undefined)./.test(line));
  writeFileSync(join(root, "root/.npmrc"), `${lines.join("\n")}\n`);
}

/** @param {string} program */
function librariesOf(program) {
  const listed = execFileSync("ldd", [program], { encoding: "utf8" });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? "").filter((path) => path !== "");
}

function npmFolder() {
  const found = execFileSync("npm", ["root", "--global"], { encoding: "utf8" }).trim();
  return realpathSync(join(found, "npm"));
}

/**
 * @param {string} path
 * @param {string} root
 */
function copy(path, root, to = path) {
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(path, target, { dereference: true });
}

/**
 * @param {string} to
 * @param {string} path
 */
function link(to, path) {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(to, path);
}
