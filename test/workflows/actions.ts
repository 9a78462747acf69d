import { appendFileSync, cpSync, existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { $ } from "zx";
import { asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { writeProgram } from "./programs.ts";
import type { World } from "./world.ts";

/** What an action is called with. */
export interface ActionCall {
  readonly world: World;
  readonly inputs: Readonly<Record<string, string>>;
  readonly contexts: JsonObject;
  readonly workspace: string;
  /** File that lists folders to be put before PATH. */
  readonly pathFile: string;
}

/** Stands for an action of GitHub's marketplace; returns its outputs, throws where it would fail. */
type Action = (call: ActionCall) => Promise<Readonly<Record<string, string>>>;

/**
 * Fetches what actions/checkout fetches: one commit with as much history as asked for, or with `fetch-depth: 0` every
 * branch and tag. It never leaves a token behind here, as the workflows ask of it.
 */
const checkout: Action = async ({ world, inputs, contexts, workspace }) => {
  if (inputs["persist-credentials"] !== "false") throw new Error("the token would stay on the disk");
  const wanted = inputs["ref"] ?? textOf(asObject(contexts["github"])["sha"]);
  const run = $({ cwd: workspace, quiet: true });
  await run`git init --quiet --initial-branch=checkout .`;
  await run`git remote add origin ${`file://${world.origin.folder}`}`;
  const depth = inputs["fetch-depth"] ?? "1";
  const commit = await world.origin.commitOf(wanted);
  if (depth === "0")
    await run`git fetch --quiet origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/*`;
  // What no branch holds, such as the result of merging a pull request, is fetched by its id.
  await run`git fetch --quiet --no-tags ${depth === "0" ? [] : [`--depth=${depth}`]} origin ${commit}`;
  await run`git checkout --quiet --detach ${commit}`;
  return {};
};

const uploadArtifact: Action = ({ world, inputs, workspace }) => {
  const target = join(world.artifacts, inputs["name"] ?? "artifact");
  mkdirSync(target, { recursive: true });
  for (const path of (inputs["path"] ?? "").split("\n").filter(Boolean)) {
    const source = join(workspace, path.trim());
    if (!existsSync(source)) throw new Error(`${path}: no such file to upload`);
    cpSync(source, join(target, basename(source)));
  }
  return Promise.resolve({});
};

/** The App's token has the rights that the step asks for, and no others. */
const createAppToken: Action = ({ world, inputs }) => {
  if (inputs["private-key"] === "") throw new Error("no private key: the job's environment does not give it");
  const permissions = Object.entries(inputs)
    .filter(([name]) => name.startsWith("permission-"))
    .map(([name, level]) => [name.replace("permission-", ""), level]);
  const token = world.github.issue({
    permissions: Object.fromEntries(permissions),
    login: "apg-promotion[bot]",
  });
  return Promise.resolve({ token, "app-slug": "apg-promotion" });
};

/** A cosign that finds a signature on the images that the file `signed` names, and on no other. */
const installCosign: Action = ({ world, workspace, pathFile }) => {
  const folder = join(workspace, "../cosign");
  writeProgram(folder, "cosign", `#!/bin/sh\nfor last; do :; done\ngrep -qxF "$last" '${world.signed}'\n`);
  appendFileSync(pathFile, `${folder}\n`);
  return Promise.resolve({});
};

/** The actions that the workflows use, by name. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ["actions/checkout", checkout],
  ["actions/upload-artifact", uploadArtifact],
  ["actions/create-github-app-token", createAppToken],
  ["sigstore/cosign-installer", installCosign],
]);

function textOf(value: Json | undefined): string {
  if (typeof value !== "string") throw new Error("the event has no commit");
  return value;
}
