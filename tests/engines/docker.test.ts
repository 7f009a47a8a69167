import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunDocument } from "../../kernel-lib/src/pipeline/run/run-document.js";
import { copyFixtures, tagline } from "../kernel-lib/cli/support.js";
import { openImages } from "../tools/base-image.js";

/*
 * buildah builds what is exported for containers, on a base image made of this machine's own Node and npm, since there is no registry
 * of images, and runs the pipeline in it.
 */

let images: ReturnType<typeof openImages>;
beforeAll(() => {
  images = openImages();
  images.makeBase("localhost/tagline-base:test");
}, 300_000);
afterAll(() => images.close(), 120_000);

test("buildah builds the exported container file, and the pipeline in the image gives the notebook's numbers", async () => {
  const folder = copyFixtures("species");
  const own: RunDocument = JSON.parse((await tagline(folder, "run", "species/species.ipynb", "--json")).stdout);
  const { code, stderr } = await tagline(folder, "export", "species/species.ipynb", "--to", "docker", "--out", "out");
  expect(code, stderr).toBe(0);
  const tag = "localhost/species:test";
  const base = ["--pull-never", "--build-arg", "BASE=localhost/tagline-base:test"];
  images.run(["build", "--isolation", "chroot", "--format", "docker", ...base, "--tag", tag, join(folder, "out")]);

  const { config } = JSON.parse(images.run(["inspect", "--type", "image", tag])).Docker;
  expect(config).toMatchObject({
    User: "node",
    WorkingDir: "/app",
    Entrypoint: ["node", "dist/pipeline.js"],
    Volumes: { "/data": {} },
    Healthcheck: { Test: ["CMD", "node", "-e", expect.any(String)], Retries: 3 },
  });

  const container = images.run(["from", "--pull-never", tag]).trim();
  const inside = (...command: readonly string[]): string =>
    images.run(["run", "--isolation", "chroot", container, "--", ...command]);
  expect(inside("id", "-un").trim()).toBe("node");
  const run: RunDocument = JSON.parse(inside("node", "dist/pipeline.js", "--json"));
  expect(run.metrics).toEqual(own.metrics);
  expect(run.steps.map(({ name, outputs }) => ({ name, outputs }))).toEqual(
    own.steps.map(({ name, outputs }) => ({ name, outputs })),
  );
  // What the health check does, and what is not in the image.
  const [, ...check] = config.Healthcheck.Test;
  inside(...check);
  const compiler = `try { require.resolve("typescript"); console.log("there") } catch { console.log("left behind") }`;
  expect(inside("node", "-e", compiler).trim()).toBe("left behind");
  expect(() => inside("node", "-e", `require("fs").writeFileSync("/app/dist/x", "")`)).toThrow(/EACCES/);
});
