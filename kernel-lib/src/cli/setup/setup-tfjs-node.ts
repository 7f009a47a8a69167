import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { TFJS_NODE_VERSION, tfjsNodeFolder, toolsFolder } from "../../lineage/tools-folder.js";
import { probeTfjsNode } from "./probe-tfjs-node.js";
import { runStep, StepError } from "./run-step.js";

/** The newest TensorFlow whose wheel has the C library, its headers and all operations that tfjs-node 4 asks for. */
const TENSORFLOW = "2.15.1";

/** Version 8 of Node-API is in every Node that Tagline runs on. */
const NODE_API = 8;

export interface SetupOptions {
  /** Sets it up anew, even if it works. */
  readonly force: boolean;
  /** A wheel of tensorflow-cpu that is here already, instead of PyPI's. */
  readonly wheel: string | undefined;
  /** A Node project to link it into. */
  readonly into: string | undefined;
  /** Told of each step as it begins. */
  readonly tell: (line: string) => void;
}

/** What `tagline setup tfjs-node --json` prints. */
export interface SetupDocument {
  readonly package: string;
  readonly version: string;
  /** The folder whose `node_modules` has it. */
  readonly folder: string;
  /** False if it stood there already. */
  readonly isNew: boolean;
  /** Link that was made, or null. */
  readonly linked: string | null;
  readonly seconds: number;
}

/**
 * Sets up `@tensorflow/tfjs-node` from npm and PyPI alone: the package without its install script (which downloads from
 * elsewhere), TensorFlow's C library from the wheel of `tensorflow-cpu`, and the binding compiled here. It is put in its
 * place only after it gave right answers.
 */
export async function setupTfjsNode(options: SetupOptions): Promise<SetupDocument> {
  const started = performance.now();
  const folder = tfjsNodeFolder();
  const works = !options.force && (await probeTfjsNode(folder)) === null;
  if (!works) await build(folder, options);
  return {
    package: "@tensorflow/tfjs-node",
    version: TFJS_NODE_VERSION,
    folder,
    isNew: !works,
    linked: options.into === undefined ? null : link(folder, resolve(options.into)),
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}

async function build(folder: string, options: SetupOptions): Promise<void> {
  const target = `${process.platform} ${process.arch}`;
  if (target !== "linux x64")
    throw new Error(
      `Cannot set up tfjs-node on ${target}: there is no TensorFlow library for it on PyPI that can be linked. Try: npm install @tensorflow/tfjs-node@${TFJS_NODE_VERSION}`,
    );
  const compiler = process.env["CXX"] || "g++";
  const python = await findPython();
  await check(compiler, ["--version"], `a C++ compiler (${compiler}). On Debian and Ubuntu: apt-get install g++`);
  mkdirSync(toolsFolder(), { recursive: true });
  // Beside its place, so that it gets there by a rename.
  const staging = mkdtempSync(join(toolsFolder(), ".setup-"));
  try {
    await fill(staging, compiler, python, options);
    rmSync(folder, { recursive: true, force: true });
    renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function fill(staging: string, compiler: string, python: string, options: SetupOptions): Promise<void> {
  const { tell } = options;
  const own = join(staging, "node_modules", "@tensorflow", "tfjs-node");
  tell(`1/5 packages from npm: @tensorflow/tfjs-node ${TFJS_NODE_VERSION}`);
  writeFileSync(join(staging, "package.json"), JSON.stringify({ private: true }));
  const packages = [`@tensorflow/tfjs-node@${TFJS_NODE_VERSION}`, "node-api-headers@1"];
  const npmOptions = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  await wanting(
    runStep("npm", ["install", ...npmOptions, ...packages], { cwd: staging }),
    "npm's registry. Check the network, or npm's settings for registry and proxy",
  );

  const parts = join(staging, "parts");
  mkdirSync(parts);
  if (options.wheel === undefined) tell(`2/5 library from PyPI: tensorflow-cpu ${TENSORFLOW}, 207 MB`);
  else tell(`2/5 library from ${options.wheel}`);
  const wheel = options.wheel === undefined ? await download(python, parts) : resolve(options.wheel);

  tell("3/5 unpack the library and its headers");
  mkdirSync(join(own, "deps", "lib"), { recursive: true });
  await wanting(
    runStep(python, ["-c", UNPACK, wheel, join(own, "deps", "lib"), parts]),
    "a wheel of tensorflow-cpu that can be read, and 700 MB of disk",
  );

  tell(`4/5 compile the binding with ${compiler}`);
  const binding = join(own, "lib", `napi-v${NODE_API}`);
  mkdirSync(binding, { recursive: true });
  await wanting(
    runStep(compiler, [
      ...["-O2", "-std=c++17", "-fPIC", "-shared", `-DNAPI_VERSION=${NODE_API}`],
      `-I${join(staging, "node_modules", "node-api-headers", "include")}`,
      `-I${join(parts, "tensorflow", "include")}`,
      ...["tfjs_backend.cc", "tfjs_binding.cc"].map((source) => join(own, "binding", source)),
      ...["-o", join(binding, "tfjs_binding.node")],
      ...[`-L${join(own, "deps", "lib")}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
      "-Wl,-rpath,$ORIGIN/../../deps/lib",
    ]),
    "a compiler for C++17",
  );
  rmSync(parts, { recursive: true });
  prepareForNode(join(own, "dist", "index.js"));

  tell("5/5 check its answers");
  const problem = await probeTfjsNode(staging);
  if (problem !== null) throw new Error(`Cannot set up tfjs-node: it was built, but ${problem}`);
}

/** Node 23 took away what it calls for each tensor; and TensorFlow greets on standard error. */
function prepareForNode(file: string): void {
  const lines = [
    'var util = require("util");',
    "if (!util.isNullOrUndefined) util.isNullOrUndefined = function (value) { return value == null; };",
    "if (!util.isArray) util.isArray = Array.isArray;",
    'if (!process.env.TF_CPP_MIN_LOG_LEVEL) process.env.TF_CPP_MIN_LOG_LEVEL = "2";',
  ];
  writeFileSync(file, `${lines.join(" ")}\n${readFileSync(file, "utf8")}`);
}

/** Python's own, which every machine with pip has. Which headers include which others is TensorFlow's business: all of them. */
const UNPACK = `
import shutil, sys, zipfile
wheel, libraries, headers = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.namelist():
        if entry in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"):
            with archive.open(entry) as source, open(libraries + "/" + entry.split("/")[-1], "wb") as target:
                shutil.copyfileobj(source, target, 1 << 22)
        elif entry.endswith(".h") and entry.startswith(("tensorflow/include/tensorflow/", "tensorflow/include/tsl/")):
            archive.extract(entry, headers)
`;

/** By pip's own settings of index and proxy, whatever version of Python it runs on. */
async function download(python: string, folder: string): Promise<string> {
  const target = [
    "--only-binary=:all:",
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
    "--platform=manylinux2014_x86_64",
  ];
  await wanting(
    runStep(python, [
      "-m",
      "pip",
      "download",
      "-q",
      "--disable-pip-version-check",
      "--no-deps",
      ...target,
      "-d",
      folder,
      `tensorflow-cpu==${TENSORFLOW}`,
    ]),
    `tensorflow-cpu ${TENSORFLOW} from PyPI. Check the network, or pip's settings; or give a downloaded wheel by --wheel`,
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error("Cannot set up tfjs-node: pip downloaded nothing");
  return join(folder, wheel);
}

async function findPython(): Promise<string> {
  for (const command of [process.env["TAGLINE_PYTHON"], "python3", "python"]) {
    if (!command) continue;
    try {
      await runStep(command, ["-m", "pip", "--version"]);
      return command;
    } catch {
      // The next one may have it.
    }
  }
  throw new Error(
    "Cannot set up tfjs-node: it needs Python with pip. On Debian and Ubuntu: apt-get install python3-pip",
  );
}

async function check(command: string, args: readonly string[], what: string): Promise<void> {
  await wanting(runStep(command, args), what);
}

/** Says what is wanted where a step fails. */
async function wanting<T>(step: Promise<T>, what: string): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new Error(`Cannot set up tfjs-node: it needs ${what}.\n${error.message}`, { cause: error });
  }
}

/** Takes the place of a package that npm put there without its binding. */
function link(folder: string, project: string): string {
  if (!existsSync(join(project, "package.json")))
    throw new Error(`Cannot link tfjs-node into ${project}: there is no package.json`);
  const place = join(project, "node_modules", "@tensorflow", "tfjs-node");
  mkdirSync(dirname(place), { recursive: true });
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) rmSync(place, { recursive: true });
  symlinkSync(join(folder, "node_modules", "@tensorflow", "tfjs-node"), place, "dir");
  return place;
}
