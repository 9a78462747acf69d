import { isBuiltIn } from "../compare/canonical.ts";
import type { PlanObject } from "../read/objects.ts";

// Kubernetes API reference: the built-in kinds that have no namespace.
const clusterScoped = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

// Custom kinds without a namespace that this product's platform brings.
const customClusterScoped = new Set([
  "cert-manager.io/ClusterIssuer",
  "external-secrets.io/ClusterExternalSecret",
  "external-secrets.io/ClusterSecretStore",
  "gateway.networking.k8s.io/GatewayClass",
]);

/** Whether the kind has no namespace; undefined for a custom kind of which the tree says nothing. */
export function isClusterScoped({
  group,
  kind,
  namespace,
}: Pick<PlanObject, "group" | "kind" | "namespace">): boolean | undefined {
  if (isBuiltIn(group)) return clusterScoped.has(kind);
  if (customClusterScoped.has(`${group}/${kind}`)) return true;
  return namespace === "" ? undefined : false;
}
