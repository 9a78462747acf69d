import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

const standard = "app.kubernetes.io/";

/** Every object says what it is part of, and the recommended labels say what the selectors' own labels say. */
export const labels: Rule = {
  id: "labels",
  reason: "who looks for the parts of a system by its labels misses what says another name",
  source: "Kubernetes, Recommended Labels",
  values: ["app.image"],
  *check(manifests) {
    const [system] = mostFrequent(manifests.map((manifest) => text(own(manifest)[`${standard}part-of`])));
    for (const manifest of manifests) {
      const given = own(manifest);
      const tell = (key: string, is: string, fits: string): Finding => ({
        manifest,
        path: `metadata.labels["${key}"]`,
        message: `is ${is || "not set"}; ${fits} fits`,
      });
      const part = text(given[`${standard}part-of`]);
      if (part === "" || part !== system) yield tell(`${standard}part-of`, part, system ?? "one name");
      const component = text(given[`${standard}component`]);
      if (component !== manifest.component) yield tell(`${standard}component`, component, manifest.component);
      const name = text(given[`${standard}name`]);
      const app = text(given["app"]);
      if (name !== "" && name !== app) yield tell(`${standard}name`, name, app || "the label app");
    }
    for (const { manifest, labels: pod, path } of workloads(manifests)) {
      const given = own(manifest);
      for (const key of ["app", "role", `${standard}name`, `${standard}instance`]) {
        if (text(given[key]) !== text(pod[key]))
          yield {
            manifest,
            path: `${path.replace(/spec$/, "metadata")}.labels["${key}"]`,
            message: `is ${text(pod[key]) || "not set"}, but ${text(given[key]) || "not set"} on the object; one for both`,
          };
      }
    }
  },
};

function own({ body }: Manifest): JsonObject {
  return asObject(at(body, "metadata", "labels"));
}

function mostFrequent(names: readonly string[]): readonly string[] {
  const counts = Map.groupBy(names.filter(Boolean), (name) => name);
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length).map(([name]) => name);
}
