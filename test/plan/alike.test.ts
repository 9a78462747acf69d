import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Plan } from "../../src/plan/report/model.ts";
import { planOf, type Tree } from "./trees.ts";

const root = join(import.meta.dirname, "../..");
const names = Array.from({ length: 9 }, (_, index) => `customer-${index}`);

// This repository's own production environment, under other names.
const production = ["rendered/production", "argocd/vendor"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, "utf8") }))
    .filter(({ path }) => path.includes("production")),
);

function environment(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    production.map(({ path, text }) => [
      path.replaceAll("production", name),
      text.replaceAll("production", name),
    ]),
  );
}

const controlFiles = production
  .map(({ path }) => path)
  .filter((path) => /^argocd\/vendor\/(?:applications|projects)\//.test(path));
const kustomization = [
  "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n",
  ...names.flatMap((name) =>
    controlFiles.map((path) => `- ${path.replace("argocd/vendor/", "").replaceAll("production", name)}\n`),
  ),
].join("");
const base: Readonly<Record<string, string>> = {
  ...Object.assign({}, ...names.map(environment)),
  "argocd/vendor/kustomization.yaml": kustomization,
};

function edited(tree: Readonly<Record<string, string>>, path: string, from: string, to: string): Tree {
  const text = tree[path] ?? "";
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  return { ...tree, [path]: text.replace(from, to) };
}

// A change that rolls pods, one whose value names the environment, a deletion, a refusal and a new connection.
function changed(name: string): Tree {
  const folder = `rendered/${name}`;
  const deployment = `${folder}/application/deployment-apg-cash-management.yaml`;
  const files = environment(name);
  const config = Object.keys(files).find((path) =>
    path.endsWith("configmap-apg-cash-management-config.yaml"),
  );
  const claim = Object.keys(files).find((path) => path.endsWith("/statefulset-redis-master.yaml"));
  const policy = Object.keys(files).find((path) => /networkpolicy-default-deny[^/]*\.yaml$/.test(path));
  return Object.assign(
    {},
    edited(files, deployment, "terminationGracePeriodSeconds: ", "terminationGracePeriodSeconds: 7"),
    config && { [config]: (files[config] ?? "").replace("\ndata:\n", `\ndata:\n  ADDED: ${name}.example\n`) },
    claim && { [claim]: (files[claim] ?? "").replace("serviceName: ", "serviceName: x") },
    policy && { [policy]: "" },
  );
}

const head: Tree = { ...base, ...Object.assign({}, ...names.map(changed)) };

type Line = {
  readonly environments: readonly string[];
  readonly sources?: readonly { readonly environment: string }[];
};

function linesFor(lines: readonly Line[], name: string): readonly unknown[] {
  return lines
    .filter(({ environments }) => environments.includes(name))
    .map((line) => ({
      ...line,
      environments: [name],
      ...(line.sources ? { sources: line.sources.filter((source) => source.environment === name) } : {}),
    }));
}

function saidAbout(plan: Plan, name: string): unknown {
  const { effects, capacity, network, permissions, configuration, images, alerts, certificates, secrets } =
    plan;
  const lists = [
    effects,
    capacity,
    network,
    permissions,
    configuration,
    images,
    alerts,
    certificates,
    secrets,
  ];
  return {
    reports: plan.environments.filter((report) => report.name === name),
    lists: [...lists, plan.hooks, plan.objects].map((list) => linesFor(list, name)),
    omitted: plan.omitted.filter((line) => line.environment === name),
  };
}

test("environments that differ only in their names get the plan that each gets by itself", () => {
  const together = planOf(base, head, { texts: true });
  expect(together.environments.map(({ name }) => name)).toEqual(names);
  expect(together.verdict).toBe("refused");
  for (const name of [names[0] ?? "", names[4] ?? "", names[8] ?? ""]) {
    const alone = planOf(base, head, { texts: true, environment: name });
    expect(saidAbout(together, name)).toEqual(saidAbout(alone, name));
  }
});

const limited = (plan: Plan): readonly string[] =>
  plan.environments.filter(({ verdict }) => verdict !== "restarts").map(({ name }) => name);

// Only the rollout of one Deployment.
function rolling(tree: Readonly<Record<string, string>>): Tree {
  const paths = names.map((name) => `rendered/${name}/application/deployment-apg-cash-management.yaml`);
  return paths.reduce<Tree>(
    (all, path) => ({
      ...all,
      ...edited(
        { [path]: tree[path] ?? "" },
        path,
        "terminationGracePeriodSeconds: ",
        "terminationGracePeriodSeconds: 7",
      ),
    }),
    tree,
  );
}

test("one that differs in more than its name gets its own verdict", () => {
  expect(limited(planOf(base, rolling(base)))).toEqual([]);
  // Each with a quota of its own, so that they are compared by what they say, and all with the same one.
  for (const mark of ["", "# of "]) {
    const small = Object.fromEntries(
      Object.entries(base).map(([path, text]) => {
        if (!/customer-\d\/.*resourcequota[^/]*\.yaml$/.test(path)) return [path, text];
        const [name = ""] = /customer-\d/.exec(path) ?? [];
        const own = mark === "" ? text : `${text}${mark}${name}\n`;
        return [path, name === "customer-5" ? own.replace(/( +requests\.memory: ).*/, "$11Mi") : own];
      }),
    );
    expect([mark, limited(planOf(small, rolling(small)))]).toEqual([mark, ["customer-5"]]);
  }
});

// A project that denies every sync of the Applications that the pattern fits.
const project = (application: string): string => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: all
spec:
  destinations:
  - namespace: "*"
    server: "*"
  namespaceResourceWhitelist:
  - group: "*"
    kind: "*"
  sourceRepos:
  - "*"
  syncWindows:
  - kind: deny
    schedule: "* * * * *"
    duration: 2h
    applications:
    - "${application}"
`;

test("a sync window that fits one of the names by a pattern, or names it in a common file, concerns that one alone", () => {
  // The same project for all of them.
  const shared = Object.fromEntries(
    Object.entries(base).map(([path, text]) => [
      path,
      /applications\/customer-\d\.yaml$/.test(path)
        ? text.replace(/^ {2}project: .*$/m, "  project: all")
        : text,
    ]),
  );
  for (const pattern of ["*-3", "apg-cash-management-customer-3", "*customer-3"]) {
    const tree = {
      ...shared,
      "argocd/vendor/projects/all.yaml": project(pattern),
      "argocd/vendor/kustomization.yaml": `${kustomization}- projects/all.yaml\n`,
    };
    expect([pattern, limited(planOf(tree, rolling(tree)))]).toEqual([pattern, ["customer-3"]]);
  }
});

test("an Application is found in a file that is named after another environment, too", () => {
  const [from, to] = [
    "argocd/vendor/applications/customer-1.yaml",
    "argocd/vendor/applications/customer-99.yaml",
  ];
  const { [from]: text = "", ...others } = base;
  const tree = {
    ...others,
    [to]: text,
    "argocd/vendor/kustomization.yaml": kustomization.replace("customer-1.yaml", "customer-99.yaml"),
    "rendered/customer-99/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
  };
  const report = planOf(tree, rolling(tree), { environment: "customer-1" }).environments[0];
  expect(report?.application).toMatch(/customer-1$/);
});
