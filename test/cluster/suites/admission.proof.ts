import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdmissionServer, type AdmissionServer } from "../admission.ts";
import { toObject } from "../api/object.ts";
import { record } from "../record.ts";
import { deployerOf } from "../installation.ts";
import { environments, readObjects } from "../tree.ts";
import { kubernetes } from "../tools/catalogue.ts";

const namespace = "apg-cash-management";
const configMap = toObject({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "fine", namespace },
  data: { a: "b" },
});

let server: AdmissionServer;

beforeAll(async () => void (server = await startAdmissionServer("apiServer")));
afterAll(async () => await server.stop());

test.for(await environments())(
  "every object of %s is admitted by the newest Kubernetes, without warnings, and unchanged the second time",
  async (environment) => {
    const objects = await readObjects(`rendered/${environment}`);
    expect(objects.length).toBeGreaterThan(0);
    expect(await server.admit(await deployerOf(environment), objects)).toEqual({
      objects: objects.length,
      refused: [],
      warnings: [],
      changedAgain: [],
      stampedAgain: [],
    });
    expect(server.version).toBe(`v${kubernetes.newest}`);
    await record({
      claim: `every object of ${environment} is admitted twice by the deployer of argocd/, without warnings`,
      against: [`kube-apiserver ${server.version}`],
      count: `${objects.length} objects`,
      pods: "none",
    });
  },
);

test("an unknown field, an impossible value and a deprecated annotation are each reported", async () => {
  const { refused, warnings, changedAgain } = await server.admit(await deployerOf("production"), [
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

test("the deployer can apply nothing that its tree has no kind of", async () => {
  const secret = toObject({ apiVersion: "v1", kind: "Secret", metadata: { name: "other", namespace } });
  const { refused } = await server.admit(await deployerOf("production"), [configMap, secret]);
  expect(refused).toEqual([
    expect.stringMatching(
      /^Secret\/.*secrets "other" is forbidden: User "system:serviceaccount:apg-cash-management:[a-z-]+" cannot patch resource "secrets"/u,
    ),
  ]);
});
