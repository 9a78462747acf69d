import { drop, type Mutant, remove, replace, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const wave = 'metadata.annotations["argocd.argoproj.io/sync-wave"]';
const options = 'metadata.annotations["argocd.argoproj.io/sync-options"]';
const hookPolicy = 'metadata.annotations["argocd.argoproj.io/hook-delete-policy"]';
const ingress = "Ingress/apg-cash-management-ingress";
const migration = "Job/apg-cash-management-migration-*";
const smoke = "Job/apg-cash-management-smoke-test";

/** Order of a sync, protection of data, and the migration. */
export const order: readonly Mutant[] = [
  {
    name: "the secrets are synced after what reads them",
    kind: "turn the order around",
    edits: [set("ExternalSecret/postgres-credentials", wave, "50")],
    harm: "the sync waits for a pod that waits for a later wave",
    rule: "sync-order",
  },
  {
    name: "the migration runs after the application",
    kind: "turn the order around",
    edits: [set(migration, wave, "25")],
    harm: "the new release runs on the old schema",
    rule: "sync-order",
  },
  {
    name: "the database is synced after the migration",
    kind: "turn the order around",
    edits: [set("StatefulSet/postgres-primary", wave, "15")],
    harm: "the first sync never ends",
    rule: "sync-order",
  },
  {
    name: "the autoscaler is synced before its Deployment",
    kind: "turn the order around",
    edits: [set("HorizontalPodAutoscaler/apg-cash-management-hpa", wave, "-5")],
    harm: "it is Degraded, and the sync stops",
    rule: "sync-order",
  },
  {
    name: "the Role is bound before it exists",
    kind: "turn the order around",
    edits: [set("Role/apg-cash-management-role", wave, "5")],
    harm: "the binding is refused by the escalation check",
    rule: "sync-order",
  },
  {
    name: "the network policies come last",
    kind: "turn the order around",
    edits: [set("NetworkPolicy/default-deny", wave, "50")],
    harm: "the first pods run without a policy",
    rule: "sync-order",
  },
  {
    name: "a hook keeps its Job",
    kind: "drop a guard",
    edits: [remove(smoke, hookPolicy)],
    harm: "the next sync cannot make it again",
    rule: "sync-order",
  },
  {
    name: "a hook has a new name each time",
    kind: "float a name",
    edits: [set(smoke, "metadata.generateName", "smoke-")],
    harm: "finished hooks pile up",
    rule: "sync-order",
  },
  {
    name: "the database may be pruned",
    kind: "lose data",
    edits: [set("StatefulSet/postgres-primary", options, "Prune=false")],
    harm: "deleting an Application deletes the database",
    rule: "data-protection",
  },
  {
    name: "the namespace may be pruned",
    kind: "lose data",
    edits: [remove("Namespace/apg-cash-management", options)],
    harm: "deleting an Application deletes everything",
    rule: "data-protection",
  },
  {
    name: "the passwords of the database may be pruned",
    kind: "lose data",
    edits: [remove("ExternalSecret/postgres-credentials", options)],
    harm: "the generated password is gone, and the data with it",
    rule: "data-protection",
  },
  {
    name: "a claim template may be pruned",
    kind: "lose data",
    edits: [
      remove(
        "StatefulSet/postgres-primary",
        'spec.volumeClaimTemplates[0].metadata.annotations["argocd.argoproj.io/sync-options"]',
      ),
    ],
    harm: "claims are taken for orphans",
    rule: "data-protection",
  },
  {
    name: "a release changes an immutable selector",
    kind: "put a version where nothing may change",
    edits: [set(deployment, "spec.selector.matchLabels.version", "v1.0.0")],
    harm: "the API server refuses the next release",
    rule: "immutable-fields",
  },
  {
    name: "a release changes a claim template",
    kind: "put a version where nothing may change",
    edits: [
      set(
        "StatefulSet/redis-master",
        'spec.volumeClaimTemplates[0].metadata.labels["app.kubernetes.io/version"]',
        "7.2",
      ),
    ],
    harm: "the API server refuses the next release",
    rule: "immutable-fields",
  },
  {
    name: "a claim template lacks what the server adds",
    kind: "leave out a default",
    edits: [remove("StatefulSet/redis-master", "spec.volumeClaimTemplates[0].spec.volumeMode")],
    harm: "the StatefulSet is out of sync for ever",
    rule: "immutable-fields",
  },
  {
    name: "K10: the migration runs in every pod",
    kind: "do once what is done often",
    edits: [
      set(deployment, "spec.template.spec.initContainers", [
        {
          name: "migrate",
          image: `docker.io/datacraft/apg-cash-management:1.0.0@sha256:${"0".repeat(64)}`,
          command: ["python", "manage.py", "migrate"],
          resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ]),
    ],
    harm: "pods migrate at the same time, at every scale-up",
    rule: "migration",
  },
  {
    name: "the migration's image is another than the application's",
    kind: "break a pair of settings",
    edits: [
      set(
        migration,
        "spec.template.spec.containers[migration].image",
        `docker.io/datacraft/apg-cash-management:0.9.0@sha256:${"1".repeat(64)}`,
      ),
    ],
    harm: "the new release runs on the old schema",
    rule: "migration",
  },
  {
    name: "the migration's name holds no release",
    kind: "float a name",
    edits: [set(migration, "metadata.name", "apg-cash-management-migration")],
    harm: "the next release finds a finished Job, whose template is immutable",
    rule: "migration",
  },
  {
    name: "the rate limit is not attached",
    kind: "drop a guard",
    edits: [
      replace(ingress, 'metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"]', [
        "apg-cash-management-rate-limit@kubernetescrd,",
        "",
      ]),
    ],
    harm: "one client takes the service",
    rule: "unread",
  },
  {
    name: "the generated store may hand out every Secret",
    kind: "raise a right",
    environment: "development",
    edits: [remove("Role/external-secrets-store", "rules[0].resourceNames")],
    harm: "the operator's account reads every Secret",
    rule: "least-privilege",
  },
  {
    name: "the registry's credentials are not made",
    kind: "drop an object that others name",
    environment: "onprem",
    edits: [drop("ExternalSecret/registry-pull-secret")],
    harm: "no image is pulled",
    rule: "references",
  },
];
