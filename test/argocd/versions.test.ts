import { expect, test } from "vitest";
import { firstVersions, minimumVersion } from "../../src/argocd/versions.ts";
import { asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { exampleEnvironment } from "./environments.ts";
import { at, generated, listAt, textAt } from "./objects.ts";

// Helm's values are the chart's business; Argo CD only passes them on.
const opaque = new Set(["Application.spec.source.helm.valuesObject"]);

function fields(value: Json, path: string): string[] {
  if (opaque.has(path)) return [path];
  if (Array.isArray(value)) return value.flatMap((item) => fields(item, path));
  if (value === null || typeof value !== "object") return [path];
  return Object.entries(value).flatMap(([key, child]) => fields(child, `${path}.${key}`));
}

function used(body: JsonObject): string[] {
  const annotations = asObject(at(body, "metadata", "annotations"));
  const options = ["sync-options", "compare-options"].flatMap((name) => {
    const text = annotations[`argocd.argoproj.io/${name}`];
    return typeof text === "string" ? text.split(",") : [];
  });
  const syncOptions = listAt(body, "spec", "syncPolicy", "syncOptions");
  return [
    ...fields(asObject(body["spec"]), `${textAt(body, "kind")}.spec`).filter(
      (path) => path !== "Application.spec.syncPolicy.syncOptions",
    ),
    // The others are our own, for the plan.
    ...Object.keys(annotations).filter((name) => /^[^/]*argoproj\.io\//.test(name)),
    ...options,
    ...syncOptions.filter((option) => typeof option === "string"),
  ];
}

function isAfter(version: string, other: string): boolean {
  const [a = [], b = []] = [version, other].map((text) => text.split(".").map(Number));
  const index = [0, 1, 2].find((part) => (a[part] ?? 0) !== (b[part] ?? 0));
  return index !== undefined && (a[index] ?? 0) > (b[index] ?? 0);
}

const argocdObjects = [...generated([exampleEnvironment]).values()].filter(
  ({ apiVersion }) => apiVersion === "argoproj.io/v1alpha1",
);

test("the table names exactly what the Applications and projects use", () => {
  const names = new Set(argocdObjects.flatMap(used));
  expect(Object.keys(firstVersions).toSorted()).toEqual([...names].toSorted());
});

test("the declared minimum version knows everything that is used", () => {
  const tooNew = Object.entries(firstVersions).filter(([, version]) => isAfter(version, minimumVersion));
  expect(tooNew).toEqual([]);
});

test("a field of a later Argo CD than the minimum would be found", () => {
  expect(isAfter("3.5", minimumVersion)).toBe(true);
  expect(isAfter("3.3.10", minimumVersion)).toBe(true);
  expect(isAfter("2.10", minimumVersion)).toBe(false);
});
