import { expect, test } from "vitest";
import { parse } from "yaml";
import { resourceName } from "../../src/argocd/resource-name.ts";
import type { Json, JsonObject } from "../../src/kubernetes/manifest.ts";
import { readFiles } from "../../src/output/disk.ts";
import { repository } from "../repository.ts";
import { at, listAt, textAt } from "./objects.ts";

const files = await readFiles(repository, ["argocd", "rendered"]);
const objects: ReadonlyMap<string, JsonObject> = new Map(
  [...files]
    .filter(([path]) => !path.endsWith("kustomization.yaml"))
    .map(([path, text]): [string, JsonObject] => [path, parse(text)]),
);
const environments = [...objects.keys()]
  .map((path) => /^argocd\/([^/]+)\/deployer\/([^/]+)\/role\.yaml$/.exec(path))
  .filter((match) => match !== null)
  .map(([, installation = "", name = ""]) => ({ installation, name }));

function tree(name: string): JsonObject[] {
  return [...objects].filter(([path]) => path.startsWith(`rendered/${name}/`)).map(([, body]) => body);
}

function groupOf(body: JsonObject): string {
  const apiVersion = textAt(body, "apiVersion");
  return apiVersion.includes("/") ? apiVersion.replace(/\/.*/, "") : "";
}

function isNamespaced(body: JsonObject): boolean {
  return at(body, "metadata", "namespace") !== undefined;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted((a, b) => (a < b ? -1 : 1));
}

function label(item: Json): string {
  return ["group", "kind", "name"].map((key) => textAt(item, key)).join("/");
}

test("every rendered environment has its objects in argocd/, and no other has", () => {
  const rendered = [...files.keys()].map((path) => /^rendered\/([^/]+)\//.exec(path)?.[1] ?? "");
  expect(distinct(environments.map(({ name }) => name))).toEqual(
    distinct(rendered.filter((name) => name !== "")),
  );
});

test.each(environments)("the project of $name permits exactly what rendered/$name holds", (environment) => {
  const { installation, name } = environment;
  const project = objects.get(`argocd/${installation}/projects/${name}.yaml`);
  const [namespaced, cluster] = [true, false].map((wanted) =>
    distinct(
      tree(name)
        .filter((body) => isNamespaced(body) === wanted)
        .map(
          (body) =>
            `${groupOf(body)}/${textAt(body, "kind")}/${wanted ? "" : textAt(body, "metadata", "name")}`,
        ),
    ),
  );
  expect(distinct(listAt(project, "spec", "namespaceResourceWhitelist").map(label))).toEqual(namespaced);
  expect(distinct(listAt(project, "spec", "clusterResourceWhitelist").map(label))).toEqual(cluster);
});

test.each(environments)(
  "the deployer of $name may apply each object, and nothing that is not there",
  (environment) => {
    const { installation, name } = environment;
    const rules = listAt(objects.get(`argocd/${installation}/deployer/${name}/role.yaml`), "rules");
    const applied = rules.filter(
      (rule) => listAt(rule, "verbs").includes("patch") && !at(rule, "resourceNames"),
    );
    const permitted = applied.flatMap((rule) =>
      listAt(rule, "apiGroups").flatMap((group) =>
        listAt(rule, "resources").map((resource) => `${textAt(group)}/${textAt(resource)}`),
      ),
    );
    const needed = tree(name)
      .filter(isNamespaced)
      .map((body) => `${groupOf(body)}/${resourceName(textAt(body, "kind"))}`);
    const granted = tree(name)
      .filter((body) => body["kind"] === "Role")
      .flatMap((role) => listAt(role, "rules"));
    expect(distinct(permitted)).toEqual(distinct(needed));
    for (const rule of granted) expect(rules).toContainEqual(rule);
  },
);

test.each(environments)(
  "no object of data in rendered/$name can be pruned, even by its deployer",
  (environment) => {
    const { installation, name } = environment;
    const rules = listAt(objects.get(`argocd/${installation}/deployer/${name}/role.yaml`), "rules");
    const deletable = rules
      .filter((rule) => listAt(rule, "verbs").includes("delete"))
      .flatMap((rule) => listAt(rule, "resources"));
    for (const body of tree(name).filter(
      ({ kind }) => kind === "StatefulSet" || kind === "PersistentVolumeClaim",
    ))
      expect(textAt(body, "metadata", "annotations", "argocd.argoproj.io/sync-options")).toContain(
        "Prune=false",
      );
    expect(deletable).not.toContain("statefulsets");
    expect(deletable).not.toContain("persistentvolumeclaims");
  },
);
