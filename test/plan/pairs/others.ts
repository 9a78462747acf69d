import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import type { Family } from "./pair.ts";

const namespace = "plan-pairs";
const rbac = "rbac.authorization.k8s.io";
const meta = (name: string): JsonObject => ({ name, namespace });

const autoscaler: JsonObject = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: meta("autoscaler"),
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 5 },
};

const policy: JsonObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: meta("policy"),
  spec: {
    podSelector: { matchLabels: { app: "web" } },
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
  },
};

const definition: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "planks.plan.example.com" },
  spec: {
    group: "plan.example.com",
    scope: "Namespaced",
    names: { plural: "planks", kind: "Plank" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: { spec: { type: "object", properties: { a: { type: "string" } } } },
          },
        },
      },
    ],
  },
};

/** Configuration, access, network, limits, definitions. */
export const otherFamilies: readonly Family[] = [
  {
    name: "ConfigMap",
    base: { apiVersion: "v1", kind: "ConfigMap", metadata: meta("map"), data: { a: "1" } },
    edits: {
      value: { data: { a: "2" } },
      key: { data: { b: "2" } },
      "set immutable": { immutable: true },
      "empty binary data": { binaryData: {} },
      label: { metadata: { labels: { a: "b" } } },
    },
  },
  {
    name: "immutable ConfigMap",
    base: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: meta("frozen-map"),
      data: { a: "1" },
      immutable: true,
    },
    edits: {
      value: { data: { a: "2" } },
      label: { metadata: { labels: { a: "b" } } },
      "immutable false": { immutable: false },
    },
  },
  {
    name: "Secret",
    base: { apiVersion: "v1", kind: "Secret", metadata: meta("secret"), stringData: { a: "one" } },
    edits: {
      value: { stringData: { a: "two" } },
      "value as base64": { stringData: null, data: { a: "b25l" } },
      type: { type: "example.com/other" },
      "type written out": { type: "Opaque" },
    },
  },
  {
    name: "immutable Secret",
    base: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: meta("frozen-secret"),
      data: { a: "b25l" },
      immutable: true,
    },
    edits: { value: { data: { a: "dHdv" } }, label: { metadata: { labels: { a: "b" } } } },
  },
  {
    name: "ResourceQuota",
    base: {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: meta("quota"),
      spec: { hard: { pods: "100", "requests.cpu": "100" }, scopes: ["NotTerminating"] },
    },
    edits: {
      hard: { spec: { hard: { pods: "200" } } },
      "hard spelled otherwise": { spec: { hard: { "requests.cpu": "100000m" } } },
      "hard as a number": { spec: { hard: { pods: 100 } } },
      scopes: { spec: { scopes: ["Terminating"] } },
    },
  },
  {
    name: "LimitRange",
    base: {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: meta("limits"),
      spec: { limits: [{ type: "Container", default: { cpu: "1" }, max: { cpu: "64" } }] },
    },
    edits: {
      "default limit": {
        spec: { limits: [{ type: "Container", default: { cpu: "2" }, max: { cpu: "64" } }] },
      },
      "default request written out": {
        spec: {
          limits: [
            { type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "1" }, max: { cpu: "64" } },
          ],
        },
      },
    },
  },
  {
    name: "Role",
    base: {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: meta("role"),
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    },
    edits: { verb: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] } },
  },
  {
    name: "RoleBinding",
    base: {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: meta("binding"),
      roleRef: { apiGroup: rbac, kind: "Role", name: "role" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace }],
    },
    edits: {
      role: { roleRef: { apiGroup: rbac, kind: "Role", name: "other" } },
      subject: { subjects: [{ kind: "ServiceAccount", name: "other", namespace }] },
      "user written out": { subjects: [{ kind: "User", name: "a", apiGroup: rbac }] },
      "user without group": { subjects: [{ kind: "User", name: "a" }] },
    },
  },
  {
    name: "ClusterRoleBinding",
    base: {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "plan-binding" },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace }],
    },
    edits: {
      role: { roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "edit" } },
      "no subjects": { subjects: null },
    },
  },
  {
    name: "HorizontalPodAutoscaler",
    base: autoscaler,
    edits: {
      maximum: { spec: { maxReplicas: 6 } },
      "minimum written out": { spec: { minReplicas: 1 } },
      "metric written out": {
        spec: {
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
            },
          ],
        },
      },
      metric: {
        spec: {
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
            },
          ],
        },
      },
      behaviour: { spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } } },
    },
  },
  {
    name: "NetworkPolicy",
    base: policy,
    edits: {
      "protocol and types written out": {
        spec: {
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80, protocol: "TCP" }] }],
        },
      },
      port: { spec: { ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 81 }] }] } },
      "any source": { spec: { ingress: [{ ports: [{ port: 80 }] }] } },
      "selector of all pods": { spec: { podSelector: {} } },
      egress: { spec: { policyTypes: ["Ingress", "Egress"], egress: [{}] } },
    },
  },
  {
    name: "PodDisruptionBudget",
    base: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: meta("budget"),
      spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
    },
    edits: {
      selector: { spec: { selector: { matchLabels: { app: "other" } } } },
      unavailable: { spec: { minAvailable: null, maxUnavailable: 1 } },
    },
  },
  {
    name: "Ingress",
    base: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: meta("ingress"),
      spec: {
        rules: [
          {
            host: "a.example",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "web", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
    edits: {
      class: { spec: { ingressClassName: "traefik" } },
      "certificate hosts": { spec: { tls: [{ hosts: ["a.example"], secretName: "tls" }] } },
    },
  },
  {
    name: "IngressClass",
    base: {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "plan" },
      spec: { controller: "example.com/one" },
    },
    edits: {
      controller: { spec: { controller: "example.com/two" } },
      parameters: { spec: { parameters: { kind: "X", name: "x", scope: "Cluster" } } },
    },
  },
  {
    name: "RuntimeClass",
    base: { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: "plan" }, handler: "one" },
    edits: { handler: { handler: "two" }, overhead: { overhead: { podFixed: { cpu: "10m" } } } },
  },
  {
    name: "PriorityClass",
    base: {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "plan" },
      value: 10,
    },
    edits: {
      value: { value: 11 },
      "preemption policy": { preemptionPolicy: "Never" },
      "preemption policy written out": { preemptionPolicy: "PreemptLowerPriority", globalDefault: false },
      description: { description: "a" },
    },
  },
  {
    name: "EndpointSlice",
    base: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: meta("slice"),
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.1.1"] }],
    },
    edits: {
      "address type": { addressType: "FQDN", endpoints: [{ addresses: ["a.example"] }] },
      endpoints: { endpoints: [{ addresses: ["10.1.1.2"] }] },
    },
  },
  {
    name: "Namespace",
    base: { apiVersion: "v1", kind: "Namespace", metadata: { name: "plan-labelled", labels: { a: "b" } } },
    edits: {
      label: { metadata: { labels: { a: "c" } } },
      "name label written out": { metadata: { labels: { "kubernetes.io/metadata.name": "plan-labelled" } } },
    },
  },
  {
    name: "ServiceAccount",
    base: { apiVersion: "v1", kind: "ServiceAccount", metadata: meta("account") },
    edits: {
      token: { automountServiceAccountToken: false },
      "pull secret": { imagePullSecrets: [{ name: "a" }] },
    },
  },
  {
    name: "CustomResourceDefinition",
    base: definition,
    oneWay: ["version renamed"],
    status: {
      storedVersions: ["v1"],
      acceptedNames: { plural: "planks", singular: "plank", kind: "Plank", listKind: "PlankList" },
      conditions: [
        {
          type: "Established",
          status: "True",
          reason: "a",
          message: "",
          lastTransitionTime: "2026-01-01T00:00:00Z",
        },
      ],
    },
    edits: {
      scope: { spec: { scope: "Cluster" } },
      kind: { spec: { names: { plural: "planks", kind: "Board" } } },
      "names written out": {
        spec: { names: { singular: "plank", listKind: "PlankList" }, conversion: { strategy: "None" } },
      },
      "short name": { spec: { names: { shortNames: ["pl"] } } },
      "property added": {
        spec: {
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  properties: {
                    spec: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } },
                  },
                },
              },
            },
          ],
        },
      },
      "version renamed": {
        spec: {
          versions: [
            {
              name: "v2",
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  properties: { spec: { type: "object", properties: { a: { type: "string" } } } },
                },
              },
            },
          ],
        },
      },
    },
  },
  {
    name: "ValidatingWebhookConfiguration",
    base: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "plan-hooks" },
      webhooks: [
        {
          name: "a.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Ignore",
          clientConfig: { service: { name: "a", namespace: "none" } },
          rules: [
            {
              apiGroups: ["none.example"],
              apiVersions: ["v1"],
              operations: ["CREATE"],
              resources: ["nones"],
            },
          ],
        },
      ],
    },
    edits: {
      "defaults written out": {
        webhooks: [
          {
            name: "a.example.com",
            admissionReviewVersions: ["v1"],
            sideEffects: "None",
            failurePolicy: "Ignore",
            matchPolicy: "Equivalent",
            timeoutSeconds: 10,
            clientConfig: { service: { name: "a", namespace: "none", port: 443 } },
            rules: [
              {
                apiGroups: ["none.example"],
                apiVersions: ["v1"],
                operations: ["CREATE"],
                resources: ["nones"],
                scope: "*",
              },
            ],
          },
        ],
      },
    },
  },
];
