import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findAuthor, findProjectRoot, projectFiles } from "../../../kernel-lib/src/lineage/index.js";
import { temporaryFolder } from "./support.js";

function folders(root: string, ...paths: string[]): void {
  for (const path of paths) mkdirSync(join(root, path), { recursive: true });
}

const noHome = { HOME: "/nowhere" };

test("findProjectRoot() prefers the nearest .tagline over a nearer .git, and that over package.json", () => {
  const root = temporaryFolder();
  folders(root, ".tagline", "a/.git", "a/b/c");
  writeFileSync(join(root, "a/b/package.json"), "{}");
  expect(findProjectRoot(join(root, "a/b/c"), noHome)).toBe(root);
});

test("findProjectRoot() takes .git, as a file too, else package.json, else the folder", () => {
  const root = temporaryFolder();
  folders(root, "repo/deep", "tree/deep", "package/deep", "bare/deep");
  folders(root, "repo/.git");
  writeFileSync(join(root, "tree/.git"), "gitdir: elsewhere");
  writeFileSync(join(root, "package/package.json"), "{}");
  expect(findProjectRoot(join(root, "repo/deep"), noHome)).toBe(join(root, "repo"));
  expect(findProjectRoot(join(root, "tree/deep"), noHome)).toBe(join(root, "tree"));
  expect(findProjectRoot(join(root, "package/deep"), noHome)).toBe(join(root, "package"));
  expect(findProjectRoot(join(root, "bare/deep"), noHome)).toBe(join(root, "bare/deep"));
});

test("findProjectRoot() obeys TAGLINE_PROJECT", () => {
  expect(findProjectRoot("/somewhere", { TAGLINE_PROJECT: "/else/where" })).toBe("/else/where");
});

test("findProjectRoot() passes over a home folder's .tagline, .git and package.json, unless it begins there", () => {
  const home = temporaryFolder();
  folders(home, ".tagline", ".git", "work/penguins");
  writeFileSync(join(home, "package.json"), "{}");
  const env = { HOME: home };
  expect(findProjectRoot(join(home, "work/penguins"), env)).toBe(join(home, "work/penguins"));
  expect(findProjectRoot(home, env)).toBe(home);
  folders(home, "work/.git");
  expect(findProjectRoot(join(home, "work/penguins"), env)).toBe(join(home, "work"));
});

test("findProjectRoot() passes over a folder that everybody may write to", () => {
  const root = temporaryFolder();
  folders(root, "shared/.tagline", "shared/mine");
  chmodSync(join(root, "shared"), 0o1777);
  expect(findProjectRoot(join(root, "shared/mine"), noHome)).toBe(join(root, "shared/mine"));
});

test("projectFiles() makes nothing", () => {
  expect(projectFiles("/nowhere/at/all").heads).toBe("/nowhere/at/all/.tagline/lineage/heads.json");
});

test("findAuthor() reads the repository's config, then the person's own", () => {
  const home = temporaryFolder();
  const root = temporaryFolder();
  folders(root, ".git", "sub");
  writeFileSync(
    join(home, ".gitconfig"),
    '[core]\n\tname = wrong\n[user]\n\tname = "Ada Lovelace"\n\temail = ada@example.org # work\n',
  );
  expect(findAuthor(root, { HOME: home, USER: "ada" })).toBe("Ada Lovelace <ada@example.org>");
  writeFileSync(join(root, ".git/config"), "[user]\n\temail = ada@project.example\n");
  expect(findAuthor(join(root, "sub"), { HOME: home })).toBe("Ada Lovelace <ada@project.example>");
  expect(findAuthor(root, { HOME: home, GIT_AUTHOR_NAME: "Bob", GIT_AUTHOR_EMAIL: "bob@example.org" })).toBe(
    "Bob <bob@example.org>",
  );
});

test("findAuthor() takes TAGLINE_AUTHOR before all else", () => {
  const given = { TAGLINE_AUTHOR: " Team <team@example.org> ", GIT_AUTHOR_NAME: "Bob", HOME: "/nowhere" };
  expect(findAuthor(temporaryFolder(), given)).toBe("Team <team@example.org>");
  expect(findAuthor(temporaryFolder(), { ...given, TAGLINE_AUTHOR: "" })).toBe("Bob");
});

test("findAuthor() follows a worktree's .git file", () => {
  const root = temporaryFolder();
  folders(root, "main/.git/worktrees/w", "w");
  writeFileSync(join(root, "w/.git"), `gitdir: ${join(root, "main/.git/worktrees/w")}\n`);
  writeFileSync(join(root, "main/.git/worktrees/w/commondir"), "../..\n");
  writeFileSync(join(root, "main/.git/config"), "[user]\n\tname = Tree\n");
  expect(findAuthor(join(root, "w"), { HOME: "/nowhere" })).toBe("Tree");
});

test("findAuthor() falls back to JupyterHub's user, then the login", () => {
  const root = temporaryFolder();
  expect(findAuthor(root, { HOME: "/nowhere", JUPYTERHUB_USER: "hub-ada", USER: "jovyan" })).toBe("hub-ada");
  expect(findAuthor(root, { HOME: "/nowhere", USER: "ada" })).toBe("ada");
});
