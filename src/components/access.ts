import { Role } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";

/** Who the pods are, and what they may ask of the Kubernetes API. */
export interface Access {
  readonly namespace: string;
  /** One account per workload, by the workload's name. */
  readonly accounts: readonly string[];
  /** The one account that may read the Kubernetes API; absent where the application has no business there. */
  readonly reader?: string | undefined;
}

/**
 * Returns one ServiceAccount per workload, none of which hands out tokens, and for the reader the guide's Role and
 * RoleBinding. Of the guide's rules two are left out: the verbs on Secrets, because a compromised pod could read every
 * password, and `nodes`, which a namespaced Role cannot grant.
 */
export function access({ namespace, accounts, reader }: Access): Model[] {
  return [
    ...accounts.map(
      (name) =>
        new ServiceAccount({
          metadata: { name, labels: workloadLabels({ app: name }) },
          automountServiceAccountToken: false,
        }),
    ),
    ...(reader === undefined ? [] : readerRole(namespace, reader)),
  ];
}

function readerRole(namespace: string, reader: string): Model[] {
  const name = "apg-cash-management-role";
  const read = ["get", "list", "watch"];
  return [
    new Role({
      metadata: { name },
      rules: [
        { apiGroups: [""], resources: ["pods", "services", "endpoints", "configmaps"], verbs: read },
        { apiGroups: ["apps"], resources: ["deployments", "replicasets"], verbs: read },
        { apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["get", "list"] },
      ],
    }),
    new RoleBinding({
      metadata: { name: "apg-cash-management-binding" },
      subjects: [{ kind: "ServiceAccount", name: reader, namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    }),
  ];
}
