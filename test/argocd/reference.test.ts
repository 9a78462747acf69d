import { expect, test } from "vitest";
import { parse } from "yaml";
import { asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { readFiles } from "../../src/output/disk.ts";
import { repository } from "../repository.ts";
import { exampleEnvironment } from "./environments.ts";
import { at, generated, listAt, textAt } from "./objects.ts";

// What a reviewer who runs Argo CD 3 expects to see, on what is committed; what is generated alone stands beside.
const files = [...(await readFiles(repository, ["argocd", "rendered", "install"]))];
/** Objects by their paths, and the parts of them that conventions are about. */
interface Tree {
  readonly objects: readonly (readonly [path: string, body: JsonObject])[];
  readonly rendered: readonly JsonObject[];
  readonly applications: readonly JsonObject[];
  readonly all: readonly JsonObject[];
}

function treeOf(objects: Tree["objects"]): Tree {
  return {
    objects,
    rendered: objects.filter(([path]) => path.startsWith("rendered/")).map(([, body]) => body),
    applications: objects.filter(([, { kind }]) => kind === "Application").map(([, body]) => body),
    all: objects.map(([, body]) => body),
  };
}

const committed = treeOf(
  files
    .filter(([path]) => !path.endsWith("kustomization.yaml"))
    .map(([path, text]): [string, JsonObject] => [path, parse(text)]),
);

function annotation(body: JsonObject, name: string): string {
  return textAt(body, "metadata", "annotations", `argocd.argoproj.io/${name}`);
}

function label(body: JsonObject): string {
  return `${textAt(body, "kind")}/${textAt(body, "metadata", "name")}`;
}

function environmentOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function fixedReplicas({ objects }: Tree): readonly JsonObject[] {
  const scaled = new Set(
    objects
      .filter(([, { kind }]) => kind === "HorizontalPodAutoscaler" || kind === "ScaledObject")
      .map(([path, body]) => `${environmentOf(path)}/${textAt(body, "spec", "scaleTargetRef", "name")}`),
  );
  return objects
    .filter(
      ([path, body]) =>
        body["kind"] === "Deployment" &&
        scaled.has(`${environmentOf(path)}/${textAt(body, "metadata", "name")}`),
    )
    .map(([, body]) => body)
    .filter((body) => at(body, "spec", "replicas") !== undefined);
}

/** Each convention and what breaks it; the reasons stand in docs/argocd.md. */
const conventions: readonly (readonly [convention: string, breaches: (tree: Tree) => readonly Json[]])[] = [
  [
    "tracking is Argo CD's own: no tracking id is committed",
    ({ all }) => all.filter((body) => annotation(body, "tracking-id") !== ""),
  ],
  [
    "nothing is replaced or forced at a sync",
    ({ all }) =>
      all.filter((body) =>
        /Replace=true|Force=true/.test(
          `${annotation(body, "sync-options")}${JSON.stringify(at(body, "spec", "syncPolicy") ?? "")}`,
        ),
      ),
  ],
  [
    "nothing asks for a confirmation, whose approval stays behind",
    ({ all }) => all.filter((body) => annotation(body, "sync-options").includes("confirm")),
  ],
  [
    "no difference is ignored",
    ({ applications }) => applications.filter((body) => at(body, "spec", "ignoreDifferences") !== undefined),
  ],
  [
    "an empty tree is never synced",
    ({ applications }) =>
      applications.filter((body) => at(body, "spec", "syncPolicy", "automated", "allowEmpty") !== undefined),
  ],
  [
    "no ApplicationSet makes or deletes Applications",
    ({ all }) => all.filter(({ kind }) => kind === "ApplicationSet"),
  ],
  [
    "a sync is tried a limited number of times, with the newest commit",
    ({ applications }) =>
      applications.filter(
        (body) =>
          at(body, "spec", "syncPolicy", "retry", "limit") !== 5 ||
          at(body, "spec", "syncPolicy", "retry", "refresh") !== true,
      ),
  ],
  [
    "automated sync says that it is on",
    ({ applications }) =>
      applications.filter((body) => at(body, "spec", "syncPolicy", "automated", "enabled") !== true),
  ],
  [
    "nothing runs before a sync, when the database may not exist",
    ({ rendered }) => rendered.filter((body) => annotation(body, "hook").includes("PreSync")),
  ],
  [
    "a hook's Job is deleted before it runs again, and does not end by itself meanwhile",
    ({ rendered }) =>
      rendered.filter(
        (body) =>
          annotation(body, "hook") !== "" &&
          (annotation(body, "hook-delete-policy") !== "BeforeHookCreation" ||
            at(body, "spec", "ttlSecondsAfterFinished") !== undefined),
      ),
  ],
  [
    "each object that is no hook has its wave",
    ({ rendered }) =>
      rendered.filter(
        (body) => annotation(body, "hook") === "" && !/^-?\d+$/.test(annotation(body, "sync-wave")),
      ),
  ],
  [
    "claim templates carry what the server adds, or they are out of sync for ever",
    ({ rendered }) =>
      rendered
        .flatMap((body) => listAt(body, "spec", "volumeClaimTemplates"))
        .filter(
          (claim) =>
            ["apiVersion", "kind"].some((key) => at(claim, key) === undefined) ||
            at(claim, "spec", "volumeMode") === undefined,
        ),
  ],
  ["replicas are an autoscaler's where there is one", fixedReplicas],
  ["no Secret is committed", ({ all }) => all.filter(({ kind }) => kind === "Secret")],
];

/** Objects that break every convention, one way or another. */
const bad = treeOf([
  [
    "rendered/x/a.yaml",
    {
      kind: "Secret",
      metadata: {
        name: "a",
        annotations: {
          "argocd.argoproj.io/tracking-id": "x",
          "argocd.argoproj.io/sync-options": "Replace=true,Prune=confirm",
        },
      },
    },
  ],
  [
    "rendered/x/b.yaml",
    {
      kind: "Job",
      metadata: { name: "b", annotations: { "argocd.argoproj.io/hook": "PreSync" } },
      spec: { ttlSecondsAfterFinished: 1 },
    },
  ],
  [
    "rendered/x/c.yaml",
    {
      kind: "StatefulSet",
      metadata: { name: "c" },
      spec: { volumeClaimTemplates: [{ metadata: { name: "d" } }] },
    },
  ],
  ["rendered/x/d.yaml", { kind: "Deployment", metadata: { name: "d" }, spec: { replicas: 1 } }],
  [
    "rendered/x/e.yaml",
    { kind: "HorizontalPodAutoscaler", metadata: { name: "e" }, spec: { scaleTargetRef: { name: "d" } } },
  ],
  ["argocd/x/f.yaml", { kind: "ApplicationSet", metadata: { name: "f" } }],
  [
    "argocd/x/g.yaml",
    {
      kind: "Application",
      metadata: { name: "g" },
      spec: { ignoreDifferences: [], syncPolicy: { automated: { allowEmpty: true } } },
    },
  ],
]);

test.for(conventions)("%s; what breaks it is found", ([, breaches]) => {
  expect(breaches(bad)).not.toEqual([]);
});

test.for(conventions)("%s", ([, breaches]) => {
  expect(breaches(committed).map((found) => label(asObject(found)))).toEqual([]);
});

test("where keys are asked for, the environment, its deployer and the root that could change both take signed commits alone", () => {
  const keys = [{ keyID: "B5690EEEBB952194" }];
  const projects = generated([exampleEnvironment]);
  for (const name of ["production", "production-bootstrap", "root"])
    expect(at(projects.get(`argocd/vendor/projects/${name}.yaml`), "spec", "signatureKeys")).toEqual(keys);
  const unsigned = generated([{ ...exampleEnvironment, signatureKeys: [] }]);
  for (const body of unsigned.values()) expect(asObject(body["spec"])).not.toHaveProperty("signatureKeys");
});
