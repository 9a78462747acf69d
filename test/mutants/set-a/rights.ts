import { add, type Mutant, remove, set } from "../edits.ts";

const role = "Role/apg-cash-management-role";
const project = "AppProject/apg-cash-management-production";

/** Rights that nobody needs. */
export const rights: readonly Mutant[] = [
  {
    name: "K15: the application may list secrets",
    kind: "raise a right",
    edits: [set(role, "rules[0].resources[4]", "secrets")],
    harm: "who breaks in reads every password",
    rule: "least-privilege",
  },
  {
    name: "the application may do everything",
    kind: "raise a right",
    edits: [set(role, "rules[1].verbs", ["*"])],
    harm: "who breaks in deletes the Deployment",
    rule: "least-privilege",
  },
  {
    name: "the application may run commands in pods",
    kind: "raise a right",
    edits: [set(role, "rules[0].resources[4]", "pods/exec")],
    harm: "who breaks in enters the database",
    rule: "least-privilege",
  },
  {
    name: "the application may delete pods",
    kind: "raise a right",
    edits: [set(role, "rules[0].verbs[3]", "delete")],
    harm: "who breaks in stops the database",
    rule: "least-privilege",
  },
  {
    name: "the application may change its own Deployment",
    kind: "raise a right",
    edits: [set(role, "rules[1].verbs[3]", "patch")],
    harm: "who breaks in changes the image",
    rule: "least-privilege",
  },
  {
    name: "K15: the database runs under the application's account",
    kind: "share an account",
    edits: [
      set("StatefulSet/postgres-primary", "spec.template.spec.serviceAccountName", "apg-cash-management"),
    ],
    harm: "a broken database has the application's rights",
    rule: "least-privilege",
  },
  {
    name: "a group gets a Role",
    kind: "raise a right",
    edits: [
      set("RoleBinding/apg-cash-management-binding", "subjects[0]", {
        kind: "Group",
        name: "system:authenticated",
        apiGroup: "rbac.authorization.k8s.io",
      }),
    ],
    harm: "everybody in the cluster reads the namespace",
    rule: "least-privilege",
  },
  {
    name: "the project allows a kind that the tree lacks",
    kind: "widen an allow-list",
    edits: [set(project, "spec.namespaceResourceWhitelist[end]", { group: "apps", kind: "DaemonSet" })],
    harm: "a commit may run a pod on every node",
    rule: "project",
  },
  {
    name: "the project forbids a kind of the tree",
    kind: "narrow an allow-list",
    edits: [remove(project, "spec.namespaceResourceWhitelist[Ingress]")],
    harm: "the sync fails",
    rule: "project",
  },
  {
    name: "the project allows a ClusterRole",
    kind: "widen an allow-list",
    edits: [
      set(project, "spec.clusterResourceWhitelist[end]", {
        group: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
      }),
    ],
    harm: "a commit may take the cluster",
    rule: "project",
  },
  {
    name: "the project may deploy into any namespace",
    kind: "widen an allow-list",
    edits: [set(project, "spec.destinations[0].namespace", "*")],
    harm: "a commit may change another system",
    rule: "project",
  },
  {
    name: "the Namespace does not enforce the standard",
    kind: "drop a guard",
    edits: [remove("Namespace/apg-cash-management", 'metadata.labels["pod-security.kubernetes.io/enforce"]')],
    harm: "any pod is admitted",
    rule: "pod-security",
  },
  {
    name: "a PriorityClass that preempts everybody",
    kind: "raise a right",
    edits: [
      add({
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name: "first", labels: {}, annotations: {} },
        value: 1000000000,
        globalDefault: true,
      }),
    ],
    harm: "every pod of the cluster that names no class preempts others",
    rule: "unread",
  },
];
