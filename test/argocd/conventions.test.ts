import { expect, test } from "vitest";
import { clashes } from "../../src/argocd/installation.ts";
import { argocdFiles } from "../../src/argocd/files.ts";
import { asObject } from "../../src/kubernetes/manifest.ts";
import { exampleEnvironment } from "./environments.ts";
import { at, generated, listAt, textAt } from "./objects.ts";

const staging = { ...exampleEnvironment, name: "staging", server: "https://staging.example.com" };
const customer = { ...exampleEnvironment, name: "onprem", installation: "customer" };
const all = generated([exampleEnvironment, staging, customer]);
const applications = [...all].filter(([, { kind }]) => kind === "Application");
const application = all.get("argocd/vendor/applications/production.yaml");
const project = all.get("argocd/vendor/projects/production.yaml");

test("an installation's root carries its own environments and no other's", () => {
  const files = argocdFiles([exampleEnvironment, staging, customer]);
  const resources = files.get("argocd/customer/kustomization.yaml") ?? "";
  expect(resources).toContain("- applications/onprem.yaml");
  expect(resources).not.toMatch(/production|staging/);
});

test("a root lists every object beside it and none of the deployers'", () => {
  const files = argocdFiles([exampleEnvironment]);
  const listed = (files.get("argocd/vendor/kustomization.yaml") ?? "").match(/^- .*$/gm) ?? [];
  const beside = [...files.keys()]
    .map((path) => path.replace("argocd/vendor/", ""))
    .filter((path) => !path.startsWith("deployer/") && path !== "kustomization.yaml");
  expect(listed.map((line) => line.slice(2))).toEqual(beside);
});

test("root neither prunes nor heals, and has a project of its own", () => {
  const root = all.get("argocd/vendor/root.yaml");
  expect(at(root, "spec", "syncPolicy", "automated")).toEqual({
    enabled: true,
    prune: false,
    selfHeal: false,
  });
  expect(at(root, "spec", "project")).toBe("apg-cash-management-root");
  const kinds = at(all.get("argocd/vendor/projects/root.yaml"), "spec", "namespaceResourceWhitelist");
  expect(kinds).toEqual([
    { group: "argoproj.io", kind: "AppProject" },
    { group: "argoproj.io", kind: "Application" },
  ]);
});

test.each(applications)(
  "%s applies and compares on the server, retries with the newest commit",
  (_, body) => {
    expect(listAt(body, "spec", "syncPolicy", "syncOptions")).toContain("ServerSideApply=true");
    expect(at(body, "metadata", "annotations", "argocd.argoproj.io/compare-options")).toBe(
      "ServerSideDiff=true",
    );
    expect(at(body, "spec", "syncPolicy", "retry", "refresh")).toBe(true);
  },
);

test.each([...all].filter(([path]) => !path.includes("/deployer/")))(
  "%s is never pruned, and its deletion deletes nothing else",
  (_, body) => {
    const options = at(body, "metadata", "annotations", "argocd.argoproj.io/sync-options");
    expect(options).toBe("Prune=false,Delete=false");
    expect(asObject(body["metadata"])).not.toHaveProperty("finalizers");
  },
);

test("an environment's Application syncs its folder, heals, prunes and tells GitHub", () => {
  expect(at(application, "spec", "source")).toEqual({
    repoURL: "https://github.com/example/example.git",
    targetRevision: "main",
    path: "rendered/production",
  });
  expect(at(application, "spec", "syncPolicy", "automated")).toEqual({
    enabled: true,
    prune: true,
    selfHeal: true,
  });
  expect(Object.keys(asObject(at(application, "metadata", "annotations")))).toEqual(
    expect.arrayContaining([
      "notifications.argoproj.io/subscribe.on-deployed.github",
      "notifications.argoproj.io/subscribe.on-sync-failed.github",
      "notifications.argoproj.io/subscribe.on-health-degraded.github",
    ]),
  );
});

test.each(applications.filter(([, body]) => at(body, "spec", "source", "path") !== undefined))(
  "%s is rendered anew only by commits to its own folder",
  (_, body) => {
    expect(at(body, "metadata", "annotations", "argocd.argoproj.io/manifest-generate-paths")).toBe(".");
  },
);

test.each(applications)(
  "the project of %s permits its source and destination and names an account",
  (_, body) => {
    const name = at(body, "spec", "project");
    const owner = [...all.values()].find(
      (one) => one["kind"] === "AppProject" && at(one, "metadata", "name") === name,
    );
    const destination = asObject(at(body, "spec", "destination"));
    expect(listAt(owner, "spec", "sourceRepos")).toContain(at(body, "spec", "source", "repoURL"));
    expect(listAt(owner, "spec", "destinations")).toContainEqual(destination);
    expect(listAt(owner, "spec", "destinationServiceAccounts")).toContainEqual(
      expect.objectContaining(destination),
    );
  },
);

test("an environment's project allows one repository, one destination, and impersonates the deployer", () => {
  expect(at(project, "spec", "sourceRepos")).toEqual(["https://github.com/example/example.git"]);
  expect(at(project, "spec", "destinations")).toEqual([
    { server: "https://production.example.com", namespace: "apg" },
  ]);
  expect(at(project, "spec", "destinationServiceAccounts")).toEqual([
    {
      server: "https://production.example.com",
      namespace: "apg",
      defaultServiceAccount: "apg:argocd-deployer",
    },
  ]);
});

test("no project and no Application uses a wildcard or the default project", () => {
  const text = JSON.stringify([...all].filter(([path]) => /projects|applications/.test(path)));
  expect(text).not.toMatch(/"(sourceRepos|destinations)":\["\*"/);
  expect(text).not.toMatch(/"(server|namespace|kind|group)":"\*"/);
  expect(text).not.toContain('"project":"default"');
});

test("each role of a project has the rights of the one before it, and reading includes logs", () => {
  const [read = [], sync = [], override = []] = listAt(project, "spec", "roles").map((role) =>
    listAt(role, "policies").map((line) => textAt(line).split(", ").slice(2, 4).join(" ")),
  );
  expect(read).toEqual(["applications get", "logs get"]);
  expect(sync).toEqual([...read, "applications sync"]);
  expect(override).toEqual([...sync, "applications override", "applications action/*"]);
});

test("orphaned objects are reported, besides Secrets that controllers write without an owner", () => {
  expect(at(project, "spec", "orphanedResources")).toEqual({
    warn: true,
    ignore: [{ group: "", kind: "Secret", name: "edge-tls" }],
  });
});

test("the bootstrap makes the namespace and the deployer under Argo CD's own account, before the environment", () => {
  const bootstrap = all.get("argocd/vendor/applications/production-bootstrap.yaml");
  expect(listAt(bootstrap, "spec", "syncPolicy", "syncOptions")).toContain("CreateNamespace=true");
  expect(listAt(application, "spec", "syncPolicy", "syncOptions")).not.toContain("CreateNamespace=true");
  expect(at(bootstrap, "spec", "source", "path")).toBe("argocd/vendor/deployer/production");
  const wave = (body: typeof bootstrap): number =>
    Number(at(body, "metadata", "annotations", "argocd.argoproj.io/sync-wave"));
  expect(wave(bootstrap)).toBeLessThan(wave(application));
  expect(wave(project)).toBeLessThan(wave(bootstrap));
});

test("environments of one installation that clash are refused, at the value to mend", () => {
  const twin = { ...exampleEnvironment, name: "twin" };
  const fork = { ...staging, repository: "https://github.com/fork/example.git" };
  const found = (other: typeof twin): readonly (string | undefined)[] =>
    clashes([exampleEnvironment, other]).map(({ environment, path }) => `${environment} ${path ?? "name"}`);
  expect([
    found(twin),
    found(fork),
    found({ ...staging, revision: "other" }),
    found({ ...staging, name: "production-bootstrap" }),
    found({ ...staging, name: "root" }),
    found(staging),
    found({ ...twin, ...fork, installation: "customer" }),
  ]).toStrictEqual([
    ["twin argocd.server"],
    ["staging argocd.repository"],
    ["staging argocd.revision"],
    ["production-bootstrap name"],
    ["root name"],
    [],
    [],
  ]);
  expect(() => argocdFiles([exampleEnvironment, twin])).toThrow("production has the namespace");
});
