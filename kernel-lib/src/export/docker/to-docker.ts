import type { NodeProject } from "../node-project.js";
import { dockerReadme } from "./docker-readme.js";

/** The base of the image, by version and by variant: small, and with a C library that native packages are built for. */
export const BASE_IMAGE = "node:20.20.2-bookworm-slim";

/** The text files that make a container of the Node project. Pure. */
export function toDocker(project: NodeProject): Map<string, string> {
  const secrets = secretNames(project);
  return new Map([
    ["Dockerfile", dockerfile(project)],
    [".dockerignore", IGNORED],
    ["compose.yaml", compose(project, secrets)],
    ["DOCKER.md", dockerReadme(project, secrets)],
    ...(secrets.length > 0 ? [["secrets.env.example", secrets.map((name) => `${name}=\n`).join("")] as const] : []),
  ]);
}

export function secretNames({ program }: NodeProject): readonly string[] {
  return [...new Set(program.plan.steps.flatMap((step) => (step.secrets ?? []).map((secret) => secret.name)))];
}

const IGNORED = `# What is made anew in the image, or must not be in it.
.git
.github
.tagline
.env
*.env
node_modules
dist
run.json
Dockerfile
compose.yaml
*.md
`;

function dockerfile(project: NodeProject): string {
  return `# The pipeline of ${project.title.replaceAll(/\s+/g, " ")}, exported by Tagline ${project.tagline.version}.
ARG BASE=${BASE_IMAGE}

# Built with the compiler, which stays behind.
FROM \${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY vendor ./vendor
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
RUN npx --no-install tsc --noCheck && npm prune --omit=dev --no-audit --no-fund

FROM \${BASE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json cells.json ${Object.keys(project.program.models).length > 0 ? "models.json " : ""}./
COPY --chown=node:node files ./files
# Results, runs and their lineage: a volume, so that what holds is not done again.
ENV TAGLINE_PROJECT=/data
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
# Healthy while a run is under way, and before one: the code loads, and its folder can be written to.
HEALTHCHECK --interval=30s --timeout=20s --start-period=10s --retries=3 \\
  CMD ["node", "-e", "require('node:fs').accessSync('/data', 2); require('node:child_process').execFileSync(process.execPath, ['dist/pipeline.js', '--help'])"]
ENTRYPOINT ["node", "dist/pipeline.js"]
`;
}

function compose(project: NodeProject, secrets: readonly string[]): string {
  const memory = Math.max(0, ...project.program.plan.steps.map((step) => step.options.memoryMB ?? 0));
  return `# docker compose run --rm pipeline [-p name=value]...
name: ${project.name}

services:
  pipeline:
    build: .
    image: ${project.name}:0.1.0
    init: true
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
${memory > 0 ? `    # The largest step's limit, and room for what runs it.\n    mem_limit: ${memory + 512}m\n` : ""}    volumes:
      - results:/data
    environment:
      # A bucket instead of the volume, if there is one.
      TAGLINE_ARTIFACTS: \${TAGLINE_ARTIFACTS:-}
      AWS_ACCESS_KEY_ID: \${AWS_ACCESS_KEY_ID:-}
      AWS_SECRET_ACCESS_KEY: \${AWS_SECRET_ACCESS_KEY:-}
      AWS_REGION: \${AWS_REGION:-}
      AWS_ENDPOINT_URL: \${AWS_ENDPOINT_URL:-}
${secrets.length === 0 ? "" : "    # Not in git: see secrets.env.example.\n    env_file:\n      - path: secrets.env\n        required: true\n"}
volumes:
  results:
`;
}
