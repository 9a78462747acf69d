import { expect, test } from "vitest";
import type { Json } from "../kubernetes/manifest.ts";
import { testRule } from "../../test/rule-cases.ts";
import { changed, tree } from "../../test/trees.ts";
import { syncOrder } from "./sync-order.ts";

const wave = 'metadata.annotations["argocd.argoproj.io/sync-wave"]';
const found = (object: string, path: string, value: Json | undefined): readonly string[] =>
  [...syncOrder.check(changed(tree(), object, path, value))].map(
    ({ manifest, path: place }) => `${manifest.name} ${place}`,
  );

testRule(syncOrder);

test.for([
  ["ServiceAccount/postgres", "postgres-primary spec.template.spec.serviceAccountName"],
  ["ConfigMap/redis-scripts", "redis-master spec.template.spec.volumes[1].configMap"],
  ["ExternalSecret/redis-credentials", "redis-master spec.template.spec.volumes[2].secret"],
  ["Certificate/postgres-tls", "postgres-primary spec.template.spec.volumes[3].secret"],
  ["ConfigMap/apg-cash-management-config", "apg-cash-management spec.template.spec.containers[0].envFrom[0]"],
  [
    "ExternalSecret/apg-cash-management-secrets",
    "apg-cash-management spec.template.spec.containers[0].env[0]",
  ],
  ["Role/apg-cash-management-role", "apg-cash-management-binding roleRef"],
  ["SecretStore/apg-cash-management-store", "redis-credentials spec.secretStoreRef"],
] as const)("%s in a later wave is reported by what needs it", ([object, place]) => {
  expect(found(object, wave, "50")).toContain(place);
});

test.for([
  [
    "Job/apg-cash-management-smoke-test",
    'metadata.annotations["argocd.argoproj.io/hook-delete-policy"]',
    undefined,
  ],
] as const)("%s without its %s is reported", ([object, path, value]) => {
  expect(found(object, path, value)).toStrictEqual([`${object.split("/")[1] ?? ""} ${path}`]);
});
