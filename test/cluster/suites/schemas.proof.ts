import { describe, expect, test } from "vitest";
import { toObject, type KubernetesObject } from "../api/object.ts";
import { record } from "../record.ts";
import { objectsFor } from "../rendered-for.ts";
import { validate } from "../tools/schemas.ts";
import { environments } from "../tree.ts";

/** Minor releases that no registry serves a server of; the oldest that the guide allows comes first. */
const minors = ["1.25", "1.26", "1.27", "1.28"] as const;

const names = await environments();

describe.each(minors)("the strict schemas of Kubernetes %s", (minor) => {
  test.for(names)("hold for every object of %s, rendered for it", async (environment) => {
    const objects = await objectsFor(environment, minor);
    const { valid, invalid, unknown } = await validate(objects, minor);
    expect(invalid).toEqual([]);
    // What has no schema must be a custom resource, and not a kind that this release is too old for.
    expect(unknown.filter((kind) => !/(?:\.io|\.coreos\.com|\.sh)\/v\w+$/u.test(kind))).toEqual([]);
    expect(unknown.filter((kind) => kind.includes(".k8s.io/"))).toEqual([]);
    expect(valid).toBeGreaterThan(unknown.length);
    await record({
      claim: `the objects of ${environment}, rendered for ${minor}, fit its published schemas, strictly; custom resources have none`,
      against: [`schemas of Kubernetes ${minor} (PyPI kubernetes-validate 1.37.0)`],
      count: `${valid} objects, ${unknown.length} custom resources left out`,
      pods: "none",
    });
  });

  test("refuse a field that came later, and one that never was", async () => {
    const { valid, invalid } = await validate(
      [
        pod("fine", {}),
        pod("sleeps", { lifecycle: { preStop: { sleep: { seconds: 1 } } } }),
        pod("misspelt", { imagePullPolice: "Always" }),
      ],
      minor,
    );
    expect(valid).toBe(1);
    expect(invalid).toEqual([
      expect.stringContaining("'sleep' was unexpected"),
      expect.stringContaining("'imagePullPolice' was unexpected"),
    ]);
  });
});

function pod(name: string, spec: object): KubernetesObject {
  const containers = [{ name: "main", image: "main", ...spec }];
  return toObject({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers } });
}
