import type { Program } from "../pipeline/run/program.js";
import type { ProjectSchedule } from "./project-schedules.js";

/** All that a plain Node project is made of; gathered by `gatherProject`, turned to text by `toNode`. */
export interface NodeProject {
  /** npm name: lower case letters, digits and dashes. */
  readonly name: string;
  /** The notebook's file name. */
  readonly title: string;
  readonly program: Program;
  /** TypeScript modules by path: `steps/train.ts`. */
  readonly texts: Readonly<Record<string, string>>;
  /** Packages that the notebook imports, with the versions that are installed. */
  readonly packages: Readonly<Record<string, string>>;
  readonly tagline: {
    readonly version: string /** Path of the packed tarball in the project. */;
    readonly tarball: string;
  };
  /** Versions that the project's own compiler needs. */
  readonly tools: Readonly<Record<string, string>>;
  /** Working folder of the steps in the project: `files/notebooks`. */
  readonly folder: string;
  /** Data files that travel, by their path in the project. */
  readonly data: readonly string[];
  /** Data files that do not, each with why. */
  readonly left: readonly { readonly path: string; readonly because: string }[];
  /** When the notebook runs by itself. */
  readonly schedules: readonly ProjectSchedule[];
}
