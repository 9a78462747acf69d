import { describe, expect, test } from "vitest";
import { admit } from "../admission.ts";
import { toObject } from "../api/object.ts";
import { record } from "../proof.ts";
import { environments, readObjects } from "../tree.ts";
import { kubernetes } from "../tools/catalogue.ts";

const namespace = "apg-cash-management";
const configMap = toObject({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "fine", namespace },
  data: { a: "b" },
});

describe.each(await environments())("%s", (environment) => {
  test("every object is admitted by the newest Kubernetes, without warnings, and unchanged the second time", async () => {
    const objects = await readObjects(`rendered/${environment}`);
    expect(objects.length).toBeGreaterThan(0);
    const { version, ...admission } = await admit("apiServer", objects);
    expect(admission).toEqual({ objects: objects.length, refused: [], warnings: [], changedAgain: [] });
    expect(version).toBe(`v${kubernetes.newest}`);
    await record({
      claim: `every object of ${environment} is admitted twice by the least account, without warnings`,
      against: [`kube-apiserver ${version}`],
      count: `${objects.length} objects`,
      pods: "none",
    });
  });
});

test("an unknown field, an impossible value and a deprecated annotation are each reported", async () => {
  const { refused, warnings, changedAgain } = await admit("apiServer", [
    toObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "typo", namespace }, dta: {} }),
    toObject({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "port", namespace },
      spec: { ports: [{ port: 70_000 }] },
    }),
    toObject({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "class", namespace, annotations: { "kubernetes.io/ingress.class": "x" } },
      spec: { defaultBackend: { service: { name: "a", port: { number: 1 } } } },
    }),
    configMap,
  ]);
  expect(refused).toEqual([
    expect.stringContaining(".dta: field not declared in schema"),
    expect.stringContaining("must be between 1 and 65535"),
  ]);
  expect(warnings).toEqual([expect.stringContaining("kubernetes.io/ingress.class")]);
  expect(changedAgain).toEqual([]);
});

test("the account that applies a tree can do nothing that the tree does not need", async () => {
  const { refused } = await admit(
    "apiServer",
    [configMap],
    [toObject({ apiVersion: "v1", kind: "Secret", metadata: { name: "other", namespace } })],
  );
  expect(refused).toEqual([
    expect.stringMatching(
      /^Secret\/.*secrets "other" is forbidden: User "system:serviceaccount:apg-cash-management:cluster-test-deployer" cannot patch resource "secrets"/u,
    ),
  ]);
});
