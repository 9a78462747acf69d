import { expect, test } from "vitest";
import type { Json } from "../kubernetes/manifest.ts";
import { guideFixture } from "../../test/guide.ts";
import { changed, manifestOf, tree } from "../../test/trees.ts";
import { syncOrder } from "./sync-order.ts";

const wave = 'metadata.annotations["argocd.argoproj.io/sync-wave"]';
const options = 'metadata.annotations["argocd.argoproj.io/sync-options"]';
const found = (object: string, path: string, value: Json | undefined): readonly string[] =>
  [...syncOrder.check(changed(tree(), object, path, value))].map(
    ({ manifest, path: place }) => `${manifest.name} ${place}`,
  );

test("the rendered tree passes", () => {
  expect([...syncOrder.check(tree())]).toStrictEqual([]);
});

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
  ["StatefulSet/postgres-primary", options, undefined],
  ["StatefulSet/redis-master", options, "Prune=false"],
  ["Namespace/apg-cash-management", options, undefined],
] as const)("%s without its %s is reported", ([object, path, value]) => {
  expect(found(object, path, value)).toStrictEqual([`${object.split("/")[1] ?? ""} ${path}`]);
});

test.for([
  ["Deployment/apg-cash-management", "spec.selector.matchLabels"],
  ["StatefulSet/postgres-primary", "spec.volumeClaimTemplates[0].metadata.labels"],
] as const)("a version in %s, %s, is reported", ([object, path]) => {
  expect(found(object, `${path}.version`, "1.0.0")).toStrictEqual([`${object.split("/")[1] ?? ""} ${path}`]);
});

test("the guide's claim would be pruned with its file (K3)", () => {
  const claims = [...syncOrder.check([manifestOf(guideFixture("K3-standalone-claim"))])];
  expect(claims.map(({ path }) => path)).toStrictEqual([options]);
});
