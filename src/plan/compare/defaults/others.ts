import { at, isObject, listAt, mapAt, textAt, type JsonObject } from "../../json.ts";
import { chain, fill, inList, inMap, type Defaulter } from "./fill.ts";
import { claimSpec } from "./pod.ts";

// Kubernetes, the defaults.go of the API group that each function belongs to.

function service(spec: JsonObject): JsonObject {
  const filled = fill(spec, { sessionAffinity: "None", type: "ClusterIP" });
  const type = textAt(filled, "type");
  const isExternal = type === "NodePort" || type === "LoadBalancer";
  return chain(
    fill(filled, {
      ...(isExternal ? { externalTrafficPolicy: "Cluster" } : {}),
      ...(type === "ExternalName" ? {} : { internalTrafficPolicy: "Cluster" }),
      ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
      ...(filled["sessionAffinity"] === "ClientIP"
        ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }
        : {}),
    }),
    (value) =>
      inList(value, "ports", (port) => {
        const { port: number } = port;
        const isUnset = port["targetPort"] === 0 || port["targetPort"] === "";
        const filledPort = fill(port, {
          protocol: "TCP",
          ...(number === undefined ? {} : { targetPort: number }),
        });
        return isUnset && number !== undefined ? { ...filledPort, targetPort: number } : filledPort;
      }),
  );
}

function policyRule(value: JsonObject): JsonObject {
  return inList(value, "ports", (port) => fill(port, { protocol: "TCP" }));
}

function networkPolicy(spec: JsonObject): JsonObject {
  const types = listAt(spec, "egress").length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  const empty = listAt(spec, "policyTypes").length === 0;
  return chain(
    empty ? { ...spec, policyTypes: types } : spec,
    (value) => fill(value, { podSelector: {} }),
    (value) => inList(value, "ingress", policyRule),
    (value) => inList(value, "egress", policyRule),
  );
}

const percent100 = { type: "Percent", value: 100, periodSeconds: 15 } as const;
const pods4 = { type: "Pods", value: 4, periodSeconds: 15 } as const;

function autoscaler(spec: JsonObject): JsonObject {
  const cpu = {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
  };
  return chain(
    fill(spec, { minReplicas: 1, ...(listAt(spec, "metrics").length === 0 ? { metrics: [cpu] } : {}) }),
    (value) =>
      inMap(value, "behavior", (behavior) => ({
        ...behavior,
        scaleUp: fill(mapAt(behavior, "scaleUp"), {
          policies: [pods4, percent100],
          selectPolicy: "Max",
          stabilizationWindowSeconds: 0,
        }),
        scaleDown: fill(mapAt(behavior, "scaleDown"), { policies: [percent100], selectPolicy: "Max" }),
      })),
  );
}

const rbac = "rbac.authorization.k8s.io";

function binding(body: JsonObject): JsonObject {
  return inList(
    inMap(body, "roleRef", (ref) => fill(ref, { apiGroup: rbac })),
    "subjects",
    (subject) => fill(subject, { apiGroup: subject["kind"] === "ServiceAccount" ? "" : rbac }),
  );
}

function clientConfig(config: JsonObject): JsonObject {
  return inMap(config, "service", (reference) => fill(reference, { port: 443 }));
}

function webhook(value: JsonObject): JsonObject {
  const filled = fill(value, {
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  });
  return inMap(
    inList(filled, "rules", (rule) => fill(rule, { scope: "*" })),
    "clientConfig",
    clientConfig,
  );
}

function webhooks(more: JsonObject): Defaulter {
  return (body) => inList(body, "webhooks", (value) => fill(webhook(value), more));
}

function definition(spec: JsonObject): JsonObject {
  const kind = textAt(spec, "names", "kind") ?? "";
  return fill(
    inMap(spec, "names", (names) => fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` })),
    { conversion: { strategy: "None" } },
  );
}

// SetDefaults_LimitRangeItem: for containers, a default limit is the maximum, a default request the limit or minimum.
function limitRangeItem(item: JsonObject): JsonObject {
  if (item["type"] !== "Container") return item;
  const limit = fill(mapAt(item, "default"), mapAt(item, "max"));
  const request = fill(fill(mapAt(item, "defaultRequest"), mapAt(item, "default")), mapAt(item, "min"));
  return { ...item, default: limit, defaultRequest: fill(request, mapAt(item, "max")) };
}

function persistentVolume(spec: JsonObject): JsonObject {
  return fill(spec, { volumeMode: "Filesystem", persistentVolumeReclaimPolicy: "Retain" });
}

const inSpec =
  (change: Defaulter): Defaulter =>
  (body) =>
    inMap(body, "spec", change);

/** Defaulters of the kinds that make no pods, by group/kind. */
export const otherDefaults: Readonly<Record<string, Defaulter>> = {
  "/Service": inSpec(service),
  "/PersistentVolumeClaim": inSpec(claimSpec),
  "/PersistentVolume": inSpec(persistentVolume),
  "/Secret": (body) => fill(body, { type: "Opaque" }),
  "/LimitRange": inSpec((spec) => inList(spec, "limits", limitRangeItem)),
  "autoscaling/HorizontalPodAutoscaler": (body) =>
    at(body, "apiVersion") === "autoscaling/v2" ? inMap(body, "spec", autoscaler) : body,
  "networking.k8s.io/NetworkPolicy": inSpec(networkPolicy),
  "networking.k8s.io/IngressClass": inSpec((spec) =>
    inMap(spec, "parameters", (parameters) => fill(parameters, { scope: "Cluster" })),
  ),
  "storage.k8s.io/StorageClass": (body) =>
    fill(body, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  "storage.k8s.io/CSIDriver": inSpec((spec) =>
    fill(spec, {
      attachRequired: true,
      fsGroupPolicy: "ReadWriteOnceWithFSType",
      podInfoOnMount: false,
      requiresRepublish: false,
      storageCapacity: false,
      volumeLifecycleModes: ["Persistent"],
    }),
  ),
  "scheduling.k8s.io/PriorityClass": (body) => fill(body, { preemptionPolicy: "PreemptLowerPriority" }),
  [`${rbac}/RoleBinding`]: binding,
  [`${rbac}/ClusterRoleBinding`]: binding,
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhooks({}),
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhooks({ reinvocationPolicy: "Never" }),
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": inSpec((spec) =>
    fill(spec, { failurePolicy: "Fail" }),
  ),
  "apiextensions.k8s.io/CustomResourceDefinition": inSpec(definition),
  "/Namespace": (body) => {
    // The server labels every namespace with its name (NamespaceDefaultLabelName).
    const name = textAt(body, "metadata", "name") ?? "";
    const labels = fill(mapAt(body, "metadata", "labels"), { "kubernetes.io/metadata.name": name });
    const metadata = body["metadata"];
    return isObject(metadata) ? { ...body, metadata: { ...metadata, labels } } : body;
  },
};
