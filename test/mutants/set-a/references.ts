import { add, drop, type Mutant, remove, replace, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const primary = "StatefulSet/postgres-primary";
const pod = "spec.template.spec";
const ingress = "Ingress/apg-cash-management-ingress";
const hpa = "HorizontalPodAutoscaler/apg-cash-management-hpa";

/** Objects that name what is not there, or that nobody names. */
export const references: readonly Mutant[] = [
  {
    name: "P3: the ConfigMap with the scripts is not made",
    kind: "drop an object that others name",
    edits: [drop("ConfigMap/postgres-init-scripts")],
    harm: "the database's pods never start",
    rule: "references",
  },
  {
    name: "the ConfigMap of PgBouncer is not made",
    kind: "drop an object that others name",
    edits: [drop("ConfigMap/pgbouncer-config")],
    harm: "no pooler starts, so the application has no database",
    rule: "references",
  },
  {
    name: "a key of a template of secrets is dropped",
    kind: "drop a key that is read",
    edits: [
      remove("ExternalSecret/apg-cash-management-secrets", 'spec.target.template.data["database-url"]'),
    ],
    harm: "the application's pods stay in CreateContainerConfigError",
    rule: "references",
  },
  {
    name: "the password that the exporter reads is dropped",
    kind: "drop a key that is read",
    edits: [remove("ExternalSecret/redis-credentials", 'spec.target.template.data["monitoring-password"]')],
    harm: "Redis' pods never start",
    rule: "references",
  },
  {
    name: "a secret is made that nobody reads",
    kind: "produce what nobody reads",
    edits: [
      set(
        "ExternalSecret/apg-cash-management-secrets",
        'spec.target.template.data["old-key"]',
        "{{ .application_secret_key }}",
      ),
    ],
    harm: "a credential lies in the cluster for nothing, and nobody notices that its reader is gone",
    rule: "unread",
  },
  {
    name: "the variable that reads a bank's key is dropped",
    kind: "produce what nobody reads",
    edits: [remove(deployment, `${container}.env[CHASE_API_KEY]`)],
    harm: "the bank's connection fails at run time, and no object says so",
    rule: "unread",
  },
  {
    name: "a ConfigMap is left behind that nobody mounts",
    kind: "produce what nobody reads",
    edits: [
      add({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "old", namespace: "apg-cash-management", labels: {}, annotations: {} },
        data: { a: "b" },
      }),
    ],
    harm: "settings are edited that act on nothing",
    rule: "unread",
  },
  {
    name: "the account of PgBouncer is dropped",
    kind: "drop an object that others name",
    edits: [drop("ServiceAccount/pgbouncer")],
    harm: "the ReplicaSet can make no pod",
    rule: "references",
  },
  {
    name: "a claim names a class that neither the tree nor the values know",
    kind: "rename a class",
    edits: [set(primary, "spec.volumeClaimTemplates[0].spec.storageClassName", "fast")],
    harm: "the claim stays Pending for ever",
    rule: "references",
  },
  {
    name: "pods name a priority class that does not exist",
    kind: "rename a class",
    edits: [set(deployment, `${pod}.priorityClassName`, "apg-critical")],
    harm: "the API server refuses every pod",
    rule: "references",
  },
  {
    name: "the Ingress names a class that no controller serves",
    kind: "rename a class",
    edits: [set(ingress, "spec.ingressClassName", "nginx")],
    harm: "no controller routes the host",
    rule: "references",
  },
  {
    name: "the certificate's solver names another Ingress class",
    kind: "rename a class",
    edits: [
      set("Issuer/letsencrypt-production", "spec.acme.solvers[0].http01.ingress.ingressClassName", "nginx"),
    ],
    harm: "no certificate is ever proven",
    rule: "references",
  },
  {
    name: "the autoscaler scales what does not exist",
    kind: "rename a target",
    edits: [set(hpa, "spec.scaleTargetRef.name", "apg")],
    harm: "nothing is scaled",
    rule: "references",
  },
  {
    name: "the Certificate names an issuer that does not exist",
    kind: "rename a target",
    edits: [set("Certificate/postgres-tls", "spec.issuerRef.name", "ca")],
    harm: "the database has no certificate, and never starts",
    rule: "references",
  },
  {
    name: "K11: the rate limit is named as the guide names it",
    kind: "rename a target",
    edits: [
      replace(ingress, 'metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"]', [
        "apg-cash-management-rate-limit@kubernetescrd",
        "apg-cash-management-ratelimit@kubernetescrd",
      ]),
    ],
    harm: "the whole route is refused by the controller",
    rule: "references",
  },
  {
    name: "a StatefulSet's Service is missing",
    kind: "drop an object that others name",
    edits: [drop("Service/redis-nodes")],
    harm: "replicas do not find their master by name",
    rule: "references",
  },
  {
    name: "a volume is mounted that the pod lacks",
    kind: "rename a volume",
    edits: [set(deployment, `${container}.volumeMounts[temp].name`, "tmp")],
    harm: "the API server refuses the Deployment",
    rule: "references",
  },
  {
    name: "K3: a claim stands beside the templates",
    kind: "produce what nobody reads",
    edits: [
      add({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name: "postgres-primary-pvc",
          namespace: "apg-cash-management",
          labels: {},
          annotations: { "argocd.argoproj.io/sync-options": "Prune=false,Delete=false" },
        },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "apg-ssd-fast",
          resources: { requests: { storage: "1Gi" } },
        },
      }),
    ],
    harm: "it is never bound, and waiting for it never ends",
    rule: "unread",
  },
];
