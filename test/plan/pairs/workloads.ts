import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import type { Family } from "./pair.ts";

const namespace = "plan-pairs";
const labels = { app: "web" };
const container = {
  name: "app",
  image: "registry.example/app:1",
  ports: [{ name: "http", containerPort: 8080 }],
  env: [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ],
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
  volumeMounts: [{ name: "files", mountPath: "/files" }],
  readinessProbe: { httpGet: { port: 8080 } },
};
const volumes = [{ name: "files", configMap: { name: "files" } }];
const podSpec = { containers: [container], volumes };

function template(change: JsonObject, spec: JsonObject = podSpec): JsonObject {
  return { spec: { template: { spec: { ...spec, ...change } } } };
}

function inContainer(change: JsonObject): JsonObject {
  return template({ containers: [{ ...container, ...change }] });
}

// What the pod template of any workload can change, and what only looks like a change.
const templateEdits: Readonly<Record<string, JsonObject>> = {
  image: inContainer({ image: "registry.example/app:2" }),
  "tag latest": inContainer({ image: "registry.example/app:latest" }),
  "cpu 1000m for 1": inContainer({
    resources: { ...container.resources, requests: { cpu: "1000m", memory: "1024Mi" } },
  }),
  "cpu 1.0 for 1": inContainer({
    resources: { ...container.resources, requests: { cpu: 1, memory: "1073741824" } },
  }),
  "memory request": inContainer({
    resources: { ...container.resources, requests: { cpu: "1", memory: "1500Mi" } },
  }),
  "environment order": inContainer({ env: [container.env[1] ?? {}, container.env[0] ?? {}] }),
  "environment value": inContainer({
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "3" },
    ],
  }),
  "empty environment value for an absent one": inContainer({
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
      { name: "C", value: "" },
    ],
  }),
  "environment variable removed": inContainer({ env: [{ name: "A", value: "1" }] }),
  "environment variable from a field": inContainer({
    env: [
      { name: "A", value: "1" },
      { name: "B", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ],
  }),
  "port protocol written out": inContainer({
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  }),
  "port name": inContainer({ ports: [{ name: "web", containerPort: 8080 }] }),
  "second port": inContainer({
    ports: [
      { name: "http", containerPort: 8080 },
      { name: "metrics", containerPort: 9090 },
    ],
  }),
  "probe defaults written out": inContainer({
    readinessProbe: {
      httpGet: { port: 8080, path: "/", scheme: "HTTP" },
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    },
  }),
  "probe zero written out": inContainer({
    readinessProbe: { httpGet: { port: 8080 }, initialDelaySeconds: 0 },
  }),
  "probe period": inContainer({ readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 5 } }),
  "probe of another type": inContainer({ readinessProbe: { tcpSocket: { port: 8080 } } }),
  "container defaults written out": inContainer({
    imagePullPolicy: "IfNotPresent",
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  }),
  "pull policy": inContainer({ imagePullPolicy: "Always" }),
  "empty container security context": inContainer({ securityContext: {} }),
  "container security context": inContainer({ securityContext: { runAsNonRoot: true } }),
  arguments: inContainer({ args: ["--verbose"] }),
  "empty arguments": inContainer({ args: [] }),
  "mount read only false written out": inContainer({
    volumeMounts: [{ name: "files", mountPath: "/files", readOnly: false }],
  }),
  "mount path": inContainer({ volumeMounts: [{ name: "files", mountPath: "/elsewhere" }] }),
  "pre-stop hook": inContainer({ lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } }),
  "pod defaults written out": template({
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
  }),
  "service links written out": template({ enableServiceLinks: true }),
  "grace period": template({ terminationGracePeriodSeconds: 60 }),
  "service account": template({ serviceAccountName: "web" }),
  "host network false written out": template({ hostNetwork: false }),
  "node selector": template({ nodeSelector: { disk: "fast" } }),
  "empty node selector": template({ nodeSelector: {} }),
  "empty affinity": template({ affinity: {} }),
  toleration: template({ tolerations: [{ key: "a", operator: "Exists" }] }),
  "priority class": template({ priorityClassName: "system-cluster-critical" }),
  "volume mode written out": template({
    volumes: [{ name: "files", configMap: { name: "files", defaultMode: 420 } }],
  }),
  "volume mode": template({ volumes: [{ name: "files", configMap: { name: "files", defaultMode: 256 } }] }),
  "volume of another type": template({ volumes: [{ name: "files", secret: { secretName: "files" } }] }),
  "volume to an empty directory": template({ volumes: [{ name: "files", emptyDir: {} }] }),
  "volume of another map": template({ volumes: [{ name: "files", configMap: { name: "others" } }] }),
  "second volume": template({ volumes: [...volumes, { name: "more", emptyDir: { sizeLimit: "1Gi" } }] }),
  "second container": template({
    containers: [container, { name: "side", image: "registry.example/side:1" }],
  }),
  "init container": template({ initContainers: [{ name: "init", image: "registry.example/init:1" }] }),
  "pull secret": template({ imagePullSecrets: [{ name: "pull" }] }),
  "template label": { spec: { template: { metadata: { labels: { app: "web", version: "2" } } } } },
  "template annotation": { spec: { template: { metadata: { annotations: { checksum: "1" } } } } },
  "empty template annotations": { spec: { template: { metadata: { annotations: {} } } } },
  "object label": { metadata: { labels: { team: "a" } } },
  "object annotation": { metadata: { annotations: { note: "a" } } },
  replicas: { spec: { replicas: 5 } },
  "selector and labels": {
    spec: {
      selector: { matchLabels: { app: "web", tier: "x" } },
      template: { metadata: { labels: { app: "web", tier: "x" } } },
    },
  },
  "template without the selector's label": {
    spec: { template: { metadata: { labels: { app: null, other: "x" } } } },
  },
};

function workload(kind: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: kind.toLowerCase(), namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec }, ...spec },
  };
}

const claim = (storage: string, more: JsonObject = {}): JsonObject => ({
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } }, ...more },
});

const { replicas: _, ...daemonEdits } = templateEdits;

/** Deployments, StatefulSets and DaemonSets. */
export const workloadFamilies: readonly Family[] = [
  {
    name: "Deployment",
    base: workload("Deployment", { replicas: 3 }),
    edits: {
      ...templateEdits,
      "replicas removed": { spec: { replicas: null } },
      "strategy written out": {
        spec: {
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
        },
      },
      "maximal surge": { spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } },
      "surge and unavailable both 0": {
        spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      },
      "strategy Recreate": { spec: { strategy: { type: "Recreate" } } },
      paused: { spec: { paused: true } },
      "paused false written out": { spec: { paused: false } },
      "progress deadline": { spec: { progressDeadlineSeconds: 100 } },
      "history limit": { spec: { revisionHistoryLimit: 3 } },
      "defaults written out": { spec: { revisionHistoryLimit: 10, progressDeadlineSeconds: 600 } },
      "ready seconds": { spec: { minReadySeconds: 5 } },
    },
  },
  {
    name: "StatefulSet",
    base: workload("StatefulSet", { replicas: 3, serviceName: "web", volumeClaimTemplates: [claim("1Gi")] }),
    edits: {
      ...templateEdits,
      "claim size": { spec: { volumeClaimTemplates: [claim("2Gi")] } },
      "claim size spelled otherwise": { spec: { volumeClaimTemplates: [claim("1024Mi")] } },
      "claim defaults written out": {
        spec: {
          volumeClaimTemplates: [
            {
              apiVersion: "v1",
              kind: "PersistentVolumeClaim",
              ...claim("1Gi", { volumeMode: "Filesystem" }),
            },
          ],
        },
      },
      "claim label": {
        spec: { volumeClaimTemplates: [{ ...claim("1Gi"), metadata: { name: "data", labels: { a: "b" } } }] },
      },
      "claim class": { spec: { volumeClaimTemplates: [claim("1Gi", { storageClassName: "fast" })] } },
      "second claim": {
        spec: { volumeClaimTemplates: [claim("1Gi"), { ...claim("1Gi"), metadata: { name: "log" } }] },
      },
      "no claims": { spec: { volumeClaimTemplates: null } },
      "service name": { spec: { serviceName: "other" } },
      "pod management": { spec: { podManagementPolicy: "Parallel" } },
      "pod management written out": { spec: { podManagementPolicy: "OrderedReady" } },
      partition: { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } } },
      "strategy written out": {
        spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } },
      },
      "strategy OnDelete": { spec: { updateStrategy: { type: "OnDelete" } } },
      "ready seconds": { spec: { minReadySeconds: 5 } },
      "history limit": { spec: { revisionHistoryLimit: 3 } },
      ordinals: { spec: { ordinals: { start: 1 } } },
      "retention policy": {
        spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" } },
      },
      "retention policy written out": {
        spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" } },
      },
    },
  },
  {
    name: "DaemonSet",
    base: workload("DaemonSet", {}),
    edits: {
      ...daemonEdits,
      "strategy written out": {
        spec: {
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        },
      },
      "strategy OnDelete": { spec: { updateStrategy: { type: "OnDelete" } } },
      surge: {
        spec: {
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        },
      },
      "surge beside unavailable": {
        spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
      },
    },
  },
];
