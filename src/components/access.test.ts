import { expect, test } from "vitest";
import { only, sealed } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { access } from "./access.ts";

const accounts = ["apg-cash-management", "postgres"];
const withReader = access({ namespace: "example", accounts, reader: "apg-cash-management" });

test("every workload has an account of its own that hands out no token", () => {
  const bodies = sealed(access({ namespace: "example", accounts }));
  expect(bodies.map(({ kind, metadata }) => [kind, asObject(metadata)["name"]])).toEqual([
    ["ServiceAccount", "apg-cash-management"],
    ["ServiceAccount", "postgres"],
  ]);
  for (const body of bodies) expect(body["automountServiceAccountToken"]).toBe(false);
});

test("who may ask the Kubernetes API gets the guide's Role, bound to that account alone", () => {
  expect(only(withReader, "RoleBinding")).toMatchObject({
    metadata: { name: "apg-cash-management-binding" },
    subjects: [{ kind: "ServiceAccount", name: "apg-cash-management", namespace: "example" }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "apg-cash-management-role" },
  });
  expect(only(withReader, "Role")).toMatchObject({
    metadata: { name: "apg-cash-management-role" },
    rules: [
      { resources: ["pods", "services", "endpoints", "configmaps"], verbs: ["get", "list", "watch"] },
      { resources: ["deployments", "replicasets"], verbs: ["get", "list", "watch"] },
      { resources: ["pods"], verbs: ["get", "list"] },
    ],
  });
});

test("the Role reads no Secret and grants nothing that a Role cannot; the guide's does both (K15)", () => {
  expect(overreach(only(withReader, "Role"))).toEqual([]);
  expect(overreach(guideFixture("K15-role"))).toEqual(["secrets", "nodes"]);
});

function overreach(role: JsonObject): unknown[] {
  const resources = asArray(role["rules"]).flatMap((rule) => asArray(asObject(rule)["resources"]));
  return resources.filter((resource) => resource === "secrets" || resource === "nodes" || resource === "*");
}
