import { expect, test } from "vitest";
import { resourceName } from "./resource-name.ts";

// The plurals as the API server and the CustomResourceDefinitions publish them.
test.each([
  ["AlertmanagerConfig", "alertmanagerconfigs"],
  ["ConfigMap", "configmaps"],
  ["Endpoints", "endpoints"],
  ["HorizontalPodAutoscaler", "horizontalpodautoscalers"],
  ["Ingress", "ingresses"],
  ["Middleware", "middlewares"],
  ["NetworkPolicy", "networkpolicies"],
  ["Password", "passwords"],
  ["PodDisruptionBudget", "poddisruptionbudgets"],
  ["SecretStore", "secretstores"],
  ["ServersTransport", "serverstransports"],
  ["StorageClass", "storageclasses"],
  ["TLSOption", "tlsoptions"],
])("the API calls a %s %s", (kind, name) => {
  expect(resourceName(kind)).toBe(name);
});
