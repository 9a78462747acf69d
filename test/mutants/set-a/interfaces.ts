import { add, drop, type Mutant, remove, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const ingress = "Ingress/apg-cash-management-ingress";
const migration = "Job/apg-cash-management-migration-*";

/** What the API server, the controllers and the edge would refuse or ignore. */
export const interfaces: readonly Mutant[] = [
  {
    name: "K9: every key of a Secret becomes a variable",
    kind: "hand out more than is needed",
    edits: [
      set(migration, "spec.template.spec.containers[migration].envFrom", [
        { secretRef: { name: "apg-cash-management-bank-secrets" } },
      ]),
    ],
    harm: "the migration holds the banks' keys",
    rule: "secret-use",
  },
  {
    name: "the exporter mounts the database's private key",
    kind: "hand out more than is needed",
    edits: [remove("StatefulSet/postgres-primary", "spec.template.spec.volumes[authority].secret.items")],
    harm: "a broken exporter can pass for the database",
    rule: "secret-use",
  },
  {
    name: "a field that does not exist",
    kind: "misspell a field",
    edits: [set(deployment, "spec.template.spec.terminationGracePeriod", 120)],
    harm: "the API server drops it or refuses the object",
    rule: "api",
  },
  {
    name: "a field of a custom resource is misspelt",
    kind: "misspell a field",
    edits: [set("Middleware/rate-limit", "spec.rateLimit.burts", 10)],
    harm: "the controller uses its default",
    rule: "api",
  },
  {
    name: "a port out of range",
    kind: "give a value of the wrong type",
    edits: [set("Service/pgbouncer", "spec.ports[pgbouncer].port", 70000)],
    harm: "the API server refuses the Service",
    rule: "ports",
  },
  {
    name: "a number is written as text",
    kind: "give a value of the wrong type",
    edits: [set("Deployment/pgbouncer", "spec.replicas", "2")],
    harm: "the API server refuses the Deployment",
    rule: "api",
  },
  {
    name: "an enumeration is misspelt",
    kind: "give a value of the wrong type",
    edits: [set("PodDisruptionBudget/pgbouncer", "spec.unhealthyPodEvictionPolicy", "Always")],
    harm: "the API server refuses the budget",
    rule: "disruption",
  },
  {
    name: "a version of the API that is no longer served",
    kind: "use what was removed",
    edits: [set("HorizontalPodAutoscaler/apg-cash-management-hpa", "apiVersion", "autoscaling/v2beta2")],
    harm: "the sync fails",
    rule: "api",
  },
  {
    name: "a field that is newer than the cluster",
    kind: "use what does not exist yet",
    edits: [
      set(
        "Namespace/apg-cash-management",
        'metadata.labels["pod-security.kubernetes.io/enforce-version"]',
        "v1.25",
      ),
    ],
    harm: "preStop sleep and others are dropped by a server of that release",
    rule: "api",
  },
  {
    name: "K11: an annotation of another controller",
    kind: "ignore a setting",
    edits: [set(ingress, 'metadata.annotations["nginx.ingress.kubernetes.io/rate-limit"]', "100")],
    harm: "nobody reads it, so there is no limit",
    rule: "controller-annotations",
  },
  {
    name: "K11: an annotation that the controller does not have",
    kind: "ignore a setting",
    edits: [set(ingress, 'metadata.annotations["traefik.ingress.kubernetes.io/router.ratelimit"]', "100")],
    harm: "nobody reads it, so there is no limit",
    rule: "controller-annotations",
  },
  {
    name: "K11: the deprecated class annotation",
    kind: "use what was removed",
    edits: [set(ingress, 'metadata.annotations["kubernetes.io/ingress.class"]', "nginx")],
    harm: "two controllers route the host",
    rule: "controller-annotations",
  },
  {
    name: "an annotation of Argo CD is misspelt",
    kind: "ignore a setting",
    edits: [set("ConfigMap/pgbouncer-config", 'metadata.annotations["argocd.argoproj.io/sync-waves"]', "5")],
    harm: "the object is synced in wave 0",
    rule: "controller-annotations",
  },
  {
    name: "the host is served without TLS",
    kind: "weaken a login",
    edits: [remove(ingress, "spec.tls")],
    harm: "payments cross the network in clear",
    rule: "edge",
  },
  {
    name: "a host is missing in the certificate",
    kind: "break a pair of settings",
    edits: [remove("Certificate/apg-cash-management-tls", "spec.dnsNames[1]")],
    harm: "browsers refuse the API's host",
    rule: "certificates",
  },
  {
    name: "TLS 1.0",
    kind: "weaken a login",
    edits: [set("TLSOption/edge", "spec.minVersion", "VersionTLS10")],
    harm: "old ciphers are accepted",
    rule: "edge",
  },
  {
    name: "HTTP is not redirected",
    kind: "drop a guard",
    edits: [drop("Ingress/apg-cash-management-ingress-redirect"), drop("Middleware/https-redirect")],
    harm: "who types the address gets 404",
    rule: "edge",
  },
  {
    name: "two objects of one name",
    kind: "two owners of one object",
    edits: [
      add({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "pgbouncer", namespace: "apg-cash-management", labels: {}, annotations: {} },
        spec: {
          selector: { app: "pgbouncer" },
          ports: [{ name: "pgbouncer", port: 6432, targetPort: "pgbouncer" }],
        },
      }),
    ],
    harm: "the later one wins",
    rule: "identities",
  },
  {
    name: "an object in another namespace",
    kind: "move an object",
    edits: [set("ConfigMap/pgbouncer-config", "metadata.namespace", "default")],
    harm: "no pod finds it",
    rule: "identities",
  },
  {
    name: "a variable is set twice",
    kind: "two owners of one field",
    edits: [set(deployment, `${container}.env[9]`, { name: "SECRET_KEY", value: "changeme" })],
    harm: "the later one wins",
    rule: "identities",
  },
  {
    name: "a label is longer than the server takes",
    kind: "exceed a size",
    edits: [set(deployment, "metadata.labels.version", "v".repeat(64))],
    harm: "the API server refuses the object",
    rule: "size-limits",
  },
  {
    name: "a ConfigMap is larger than the server takes",
    kind: "exceed a size",
    edits: [set("ConfigMap/pgbouncer-scripts", "data.notes", "x".repeat(1_048_577))],
    harm: "the API server refuses the object",
    rule: "size-limits",
  },
  {
    name: "a name with an underscore",
    kind: "misspell a name",
    edits: [set("ConfigMap/pgbouncer-scripts", "metadata.name", "pgbouncer_scripts")],
    harm: "the API server refuses the object",
    rule: "size-limits",
  },
  {
    name: "text runs from right to left",
    kind: "hide text from its reviewer",
    edits: [set("ConfigMap/apg-cash-management-config", "data.APG_LOG_LEVEL", "INFO\u202e")],
    harm: "the reviewer reads another text than the program",
    rule: "credentials",
  },
];
