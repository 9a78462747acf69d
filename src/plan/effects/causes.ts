import { isBuiltIn } from "../compare/canonical.ts";
import type { PlanObject } from "../read/objects.ts";

// What a change of a kind that restarts nothing does at once, in one sentence.
const live: Readonly<Record<string, string>> = {
  "/ConfigMap": "stored; its readers are listed under configuration",
  "/LimitRange": "applies to pods that are made from now on",
  "/Namespace": "labels and annotations act at once; Pod Security applies to pods that are made from now on",
  "/PersistentVolumeClaim": "the volume grows while pods use it, if its driver can",
  "/ResourceQuota": "limits what is made from now on; running pods stay",
  "/Secret": "stored; pods see it when their mounted files change or when they restart",
  "/Service": "clients are routed by the new spec at once",
  "/ServiceAccount": "applies to pods that are made from now on",
  "apiextensions.k8s.io/CustomResourceDefinition": "the API server serves the new definition at once",
  "argoproj.io/AppProject": "Argo CD permits by it from now on",
  "argoproj.io/Application": "Argo CD syncs by it from now on",
  "autoscaling/HorizontalPodAutoscaler":
    "the autoscaler uses the new limits and targets at its next look, within 15 seconds",
  "batch/CronJob": "the next run uses it",
  "batch/Job": "the running Job takes it over; its pods stay",
  "cert-manager.io/Certificate":
    "cert-manager issues again when names or issuer change; the Secret is replaced in place",
  "external-secrets.io/ExternalSecret": "the operator reads its store again and writes the Secret",
  "keda.sh/ScaledObject": "KEDA rewrites its HorizontalPodAutoscaler",
  "monitoring.coreos.com/PodMonitor": "Prometheus reloads its targets",
  "monitoring.coreos.com/PrometheusRule": "Prometheus reloads its rules",
  "monitoring.coreos.com/ServiceMonitor": "Prometheus reloads its targets",
  "networking.k8s.io/Ingress": "the edge takes the new routes at once",
  "networking.k8s.io/NetworkPolicy":
    "traffic is judged by it at once, established connections too with most plugins",
  "policy/PodDisruptionBudget": "bounds node drains from now on; rollouts do not look at it",
  "rbac.authorization.k8s.io/ClusterRole": "rights change at once",
  "rbac.authorization.k8s.io/ClusterRoleBinding": "rights change at once",
  "rbac.authorization.k8s.io/Role": "rights change at once",
  "rbac.authorization.k8s.io/RoleBinding": "rights change at once",
  "scheduling.k8s.io/PriorityClass": "applies to pods that are made from now on",
  "storage.k8s.io/StorageClass": "applies to claims that are made from now on",
};

/** Returns what a change of the kind does that restarts nothing, and what of it only the cluster knows. */
export function liveCause({ group, kind }: PlanObject): {
  readonly cause: string;
  readonly depends: readonly string[];
} {
  const key = `${group}/${kind}`;
  const known = Object.hasOwn(live, key) ? live[key] : undefined;
  if (known !== undefined) return { cause: known, depends: [] };
  if (isBuiltIn(group)) return { cause: "stored, no pod restarts", depends: [] };
  return {
    cause: `stored; ${kind} is a custom resource`,
    depends: [`what the controller of ${group} does with it`],
  };
}
