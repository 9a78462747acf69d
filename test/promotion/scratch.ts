import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { toYaml } from "../../src/output/yaml.ts";
import { readObjects } from "../../src/promotion/objects.ts";
import { openRepository, type Repository } from "../../src/promotion/sides.ts";
import type { tools } from "../../src/promotion/situation.ts";

/** The moment at which every scenario ends. */
export const now = Date.parse("2026-11-23T12:00:00Z");

/** A release as it stands in release.yaml. */
export interface PlainRelease {
  readonly version: string;
  readonly digest: string;
  readonly migration: string;
  readonly source?: string;
  readonly origin?: string;
  readonly hold?: object;
  readonly hotfix?: object;
}

/** Returns a release of a version; each version has a digest of its own. */
export function releaseOf(version: string, more: Partial<PlainRelease> = {}): PlainRelease {
  const digest = `sha256:${version.replaceAll(/[^0-9]/g, "").padStart(64, "a")}`;
  return { version, digest, migration: "none", ...more };
}

/** A repository on disk that a test may do anything with. */
export interface Scratch extends Repository {
  /** Runs git and returns what it prints. `hours` before now is the committer's date; the author's where given. */
  readonly run: (args: readonly string[], hours?: number, authorHours?: number) => string;
  /** Writes files (undefined removes one), and commits them; returns the commit. */
  readonly commit: (hours: number, files: Files, options?: CommitOptions) => string;
}

type Files = Readonly<Record<string, string | undefined>>;

interface CommitOptions {
  readonly message?: string;
  readonly authorHours?: number;
  readonly sign?: boolean;
}

/** Gives the work a new repository with a branch main, and removes it afterwards. */
export async function withScratch(work: (scratch: Scratch) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "scratch-"));
  try {
    const run: Scratch["run"] = (args, hours = 0, authorHours = hours) =>
      execFileSync("git", [...args], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          GIT_CONFIG_NOSYSTEM: "1",
          GIT_COMMITTER_DATE: `${(now - hours * 3_600_000) / 1000} +0000`,
          GIT_AUTHOR_DATE: `${(now - authorHours * 3_600_000) / 1000} +0000`,
        },
      }).trim();
    run(["init", "--quiet", "--initial-branch=main"]);
    run(["config", "user.name", "somebody"]);
    run(["config", "user.email", "somebody@example.com"]);
    const commit: Scratch["commit"] = (hours, files, options = {}) => {
      for (const [path, text] of Object.entries(files)) {
        if (text === undefined) {
          rmSync(join(folder, path));
          continue;
        }
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      run(["add", "--all"]);
      const signature = options.sign === true ? ["-S"] : [];
      run(
        ["commit", "--quiet", "--allow-empty", ...signature, "-m", options.message ?? "a change"],
        hours,
        options.authorHours,
      );
      return run(["rev-parse", "HEAD"]);
    };
    await work({ ...openRepository(folder), run, commit });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Policy of the scenarios: staging soaks for a day, production for two. */
export const policy = {
  release: "staging",
  environments: {
    staging: { soak: "24h" },
    production: {
      after: "staging",
      soak: "48h",
      differences: [{ object: "Deployment/app", path: "spec.replicas", reason: "more load in production" }],
    },
    onprem: {
      after: "production",
      differences: [{ object: "Deployment/app", path: "spec.replicas", reason: "less load at the customer" }],
    },
  },
  exceptions: [],
};

/** Files that a release changes: release.yaml and the tree that the little renderer below makes of it. */
export function releaseFiles(environment: string, release: PlainRelease): Record<string, string | undefined> {
  return {
    [`environments/${environment}/release.yaml`]: toYaml(JSON.parse(JSON.stringify(release))),
    ...Object.fromEntries(renderRelease(environment, release)),
  };
}

/** Files of a policy. */
export function policyFiles(
  changed: object = policy,
  freezes: readonly object[] = [],
): Record<string, string> {
  return {
    "environments/promotion.yaml": toYaml(JSON.parse(JSON.stringify(changed))),
    "environments/freeze.yaml": toYaml(JSON.parse(JSON.stringify({ freezes }))),
  };
}

/** Renders in place of the real pipeline: a tree small enough that each scenario takes no time. */
export const render: typeof tools.render = (git, commit, environment) => {
  const [bytes] = readObjects(git, [`${commit}:environments/${environment}/release.yaml`]);
  const release: PlainRelease = parse(bytes?.toString("utf8") ?? "");
  return Promise.resolve(renderRelease(environment, release));
};

const replicas: Readonly<Record<string, number>> = { staging: 1, production: 3, onprem: 2 };

function renderRelease(environment: string, { version, digest }: PlainRelease): ReadonlyMap<string, string> {
  const labels = { app: "app" };
  const container = { name: "app", image: `example.com/app:${version}@${digest}` };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "app" },
    spec: {
      replicas: replicas[environment] ?? 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
  // 8.0.0 has a larger volume, which does not shrink again; 9.0.0 has none.
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: version === "8.0.0" ? "2Gi" : "1Gi" } },
    },
  };
  const folder = `rendered/${environment}`;
  const files: [string, string][] = [[`${folder}/deployment-app.yaml`, toYaml(deployment)]];
  if (version !== "9.0.0") files.push([`${folder}/claim-data.yaml`, toYaml(volume)]);
  if (version.startsWith("6."))
    files.push([`${folder}/statefulset-database.yaml`, toYaml(statefulSet(version))]);
  if (version.startsWith("7.")) files.push([`${folder}/definition-users.yaml`, toYaml(definition(version))]);
  return new Map(files);
}

/** 6.1.0 asks for larger volumes than 6.0.0; Argo CD deletes it and creates it anew. */
function statefulSet(version: string): JsonObject {
  const labels = { app: "database" };
  const annotations = { "argocd.argoproj.io/sync-options": "Force=true,Replace=true" };
  const storage = version === "6.0.0" ? "1Gi" : "2Gi";
  const container = { name: "database", image: "example.com/database:1" };
  const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "database", annotations },
    spec: {
      serviceName: "database",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
    },
  };
}

/** 7.1.0 stores its objects in another version than 7.0.0, 7.2.0 in one that 7.0.0 does not know. */
function definition(version: string): JsonObject {
  const stored = { "7.1.0": "v2", "7.2.0": "v3" }[version] ?? "v1";
  const names = version === "7.2.0" ? ["v1", "v2", "v3"] : ["v1", "v2"];
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "users.example.com" },
    spec: {
      group: "example.com",
      names: { kind: "User", plural: "users" },
      scope: "Namespaced",
      versions: names.map((name) => ({
        name,
        served: true,
        storage: name === stored,
        schema: { openAPIV3Schema: { type: "object" } },
      })),
    },
  };
}
