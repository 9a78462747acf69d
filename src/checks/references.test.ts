import { expect, test } from "vitest";
import type { Json } from "../kubernetes/manifest.ts";
import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { changed, tree, without } from "../../test/trees.ts";
import { references } from "./references.ts";

const deployment = "Deployment/apg-cash-management";
const pod = "spec.template.spec";
const ingress = "Ingress/apg-cash-management-ingress";

const cases: readonly (readonly [object: string, path: string, value: Json])[] = [
  [deployment, `${pod}.serviceAccountName`, "nobody"],
  [deployment, `${pod}.imagePullSecrets`, [{ name: "registry" }]],
  [deployment, `${pod}.volumes[4].secret.secretName`, "postgres-tsl"],
  [deployment, `${pod}.volumes[4].secret.items[0].key`, "ca.pem"],
  [deployment, `${pod}.volumes[0].persistentVolumeClaim`, { claimName: "logs" }],
  [deployment, `${pod}.volumes[5].projected.sources[1].configMap.name`, "kube-root"],
  [deployment, `${pod}.containers[0].env[0].valueFrom.secretKeyRef.key`, "database-uri"],
  [deployment, `${pod}.containers[0].envFrom[0].configMapRef.name`, "config"],
  ["Job/apg-cash-management-smoke-test", `${pod}.containers[0].envFrom`, [{ secretRef: { name: "all" } }]],
  ["StatefulSet/postgres-primary", "spec.serviceName", "postgres"],
  ["StatefulSet/postgres-primary", `${pod}.volumes[1].configMap.name`, "init-scripts"],
  [
    "CronJob/postgres-base-backup",
    "spec.jobTemplate.spec.template.spec.volumes[3].persistentVolumeClaim.claimName",
    "backup-storage-postgres-backup-1",
  ],
  ["HorizontalPodAutoscaler/apg-cash-management-hpa", "spec.scaleTargetRef.name", "apg"],
  ["RoleBinding/apg-cash-management-binding", "roleRef.name", "apg-role"],
  ["RoleBinding/apg-cash-management-binding", "subjects[0].name", "apg"],
  ["Certificate/postgres-tls", "spec.issuerRef.name", "ca"],
  ["Issuer/apg-cash-management-data-ca", "spec.ca.secretName", "ca"],
  ["ExternalSecret/redis-credentials", "spec.secretStoreRef.name", "store"],
  [ingress, "spec.tls[0].secretName", "tls"],
  [ingress, "spec.rules[0].http.paths[0].backend.service.name", "apg"],
  [ingress, 'metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"]', "rate-limit"],
  [
    ingress,
    'metadata.annotations["traefik.ingress.kubernetes.io/router.tls.options"]',
    "apg-cash-management-none@kubernetescrd",
  ],
  [
    "Service/apg-cash-management-service",
    'metadata.annotations["traefik.ingress.kubernetes.io/service.serverstransport"]',
    "apg-cash-management-app@kubernetescrd",
  ],
];

testRule(references, [
  {
    what: "a volume that nobody mounts",
    edits: [set("Deployment/pgbouncer", "spec.template.spec.volumes[end]", { name: "old", emptyDir: {} })],
    says: "holds old, which no container mounts",
  },
]);

test.for(cases)("%s with another %s is reported there", ([object, path, value]) => {
  const paths = [...references.check(changed(tree(), object, path, value))].map((finding) => finding.path);
  expect(paths).not.toStrictEqual([]);
  const place = path.replace(/\.[^.]+$/, "");
  for (const found of paths) expect(found.startsWith(place) || path.startsWith(found)).toBe(true);
});

test("the guide's ConfigMap that nobody makes is reported where it is mounted (P3)", () => {
  const findings = [...references.check(without(tree(), "ConfigMap/postgres-init-scripts"))];
  expect(findings.map(({ manifest }) => manifest.name)).toContain("postgres-primary");
  expect(findings[0]?.message).toContain("names the ConfigMap postgres-init-scripts, which does not exist");
});

test("a claim that a StatefulSet makes from its template may be mounted, one of a pod that it lacks may not", () => {
  expect(mount("postgres-storage-postgres-replica-1")).toStrictEqual([]);
  expect(mount("postgres-storage-postgres-replica-2")).toHaveLength(1);
});

function mount(claimName: string): readonly string[] {
  const volume = { name: "logs", persistentVolumeClaim: { claimName } };
  const mounted = changed(tree(), deployment, `${pod}.volumes[0]`, volume);
  return [...references.check(mounted)].map(({ message }) => message);
}
