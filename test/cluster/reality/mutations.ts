import { isDeepStrictEqual } from "node:util";
import { at, listAt, toObject, type KubernetesObject } from "../api/object.ts";

/** A change of one object of a tree. */
export interface Mutation {
  readonly name: string;
  readonly object: KubernetesObject;
  /** The object afterwards; undefined where it leaves the tree. */
  readonly head: KubernetesObject | undefined;
  /** Whether the way back is a change of its own; otherwise it depends on what happened before. */
  readonly reversible: boolean;
}

type Edits = Readonly<Record<string, (object: KubernetesObject) => object>>;

/** A JSON merge patch of the object's body: null removes, lists are replaced. */
function patched(target: unknown, patch: object): object {
  const result: Record<string, unknown> = { ...Object(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (typeof value === "object" && !Array.isArray(value)) result[key] = patched(result[key], value);
    else result[key] = value;
  }
  return result;
}

const spec =
  (patch: object) =>
  (object: KubernetesObject): object =>
    patched(object, { spec: patch });
const inTemplate =
  (patch: object) =>
  (object: KubernetesObject): object =>
    patched(object, { spec: { template: patch } });
const inPod = (patch: object) => inTemplate({ spec: patch });

/** Changes the first container of a pod template. */
function inContainer(change: (container: unknown) => object) {
  return (object: KubernetesObject): object => {
    const [first, ...others] = listAt(object, "spec", "template", "spec", "containers");
    return inPod({ containers: [{ ...Object(first), ...change(first) }, ...others] })(object);
  };
}

const digest = (letter: string): string => `registry.example.com/app@sha256:${letter.repeat(64)}`;
const otherImage = inContainer(() => ({ image: digest("1") }));
const withVariable = (name: string, value: string) =>
  inContainer((container) => ({ env: [...listAt(container, "env"), { name, value }] }));

/** What a pod template of any workload may change: the pods roll. */
const rolling: Edits = {
  "another image": otherImage,
  "a variable": withVariable("MUTATION", "1"),
  "a pod annotation": inTemplate({ metadata: { annotations: { "example.com/mutation": "1" } } }),
  "a pod label": inTemplate({ metadata: { labels: { "example.com/mutation": "1" } } }),
  "a longer grace period": inPod({ terminationGracePeriodSeconds: 77 }),
  "a host alias": inPod({ hostAliases: [{ ip: "192.0.2.1", hostnames: ["mutation.example.com"] }] }),
  "a node preference": inPod({ schedulerName: "default-scheduler", enableServiceLinks: true }),
};

/** Texts that say what the server stores anyway. */
const silent: Edits = {
  "the default DNS policy written out": inPod({ dnsPolicy: "ClusterFirst" }),
  "the default scheduler written out": inPod({ schedulerName: "default-scheduler" }),
  "the default restart policy written out": inPod({ restartPolicy: "Always" }),
  "the default termination message written out": inContainer(() => ({
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  })),
  "an empty list of aliases": inPod({ hostAliases: [] }),
};

/** What the server refuses of any workload. */
const impossible: Edits = {
  "another selector": spec({ selector: { matchLabels: { "example.com/mutation": "1" } } }),
  "an unknown restart policy": inPod({ restartPolicy: "Never" }),
  "a pod label that is too long": inTemplate({
    metadata: { labels: { "example.com/mutation": "x".repeat(64) } },
  }),
};

const strategies: Edits = {
  "no pod at all": spec({ replicas: 0 }),
  "a shorter history": spec({ revisionHistoryLimit: 3 }),
  "a minimum of ready seconds": spec({ minReadySeconds: 1 }),
};

/** The change is stored and waits: pods keep what they have. The way back depends on what was staged. */
const staged: Readonly<Record<string, Edits>> = {
  Deployment: {
    "another image while paused": (object) => spec({ paused: true })(toObject(otherImage(object))),
    "a variable while paused": (object) =>
      spec({ paused: true })(toObject(withVariable("MUTATION", "2")(object))),
  },
  StatefulSet: {
    "another image on deletion": (object) =>
      spec({ updateStrategy: { type: "OnDelete", rollingUpdate: null } })(toObject(otherImage(object))),
    "another image behind a partition": (object) =>
      spec({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 50 } } })(
        toObject(otherImage(object)),
      ),
  },
};

const byKind: Readonly<Record<string, Edits>> = {
  StatefulSet: {
    "another governing Service": spec({ serviceName: "another" }),
    "another order of pods": (object) =>
      spec({
        podManagementPolicy:
          at(object, "spec", "podManagementPolicy") === "Parallel" ? "OrderedReady" : "Parallel",
      })(object),
    "a larger claim": (object) => {
      const [first, ...others] = listAt(object, "spec", "volumeClaimTemplates");
      const larger = patched(first, { spec: { resources: { requests: { storage: "999Gi" } } } });
      return spec({ volumeClaimTemplates: [larger, ...others] })(object);
    },
  },
  Job: {
    "another image of a Job": otherImage,
    "another number of completions": spec({ completions: 5 }),
    "a time to live": spec({ ttlSecondsAfterFinished: 86_400 }),
  },
  CronJob: {
    "another schedule": spec({ schedule: "7 7 * * *" }),
    "a suspended CronJob": spec({ suspend: true }),
  },
  Service: {
    "no session affinity written out": spec({ sessionAffinity: "None" }),
    "the internal policy written out": spec({ internalTrafficPolicy: "Cluster" }),
    "pods that are not ready": (object) =>
      spec({ publishNotReadyAddresses: at(object, "spec", "publishNotReadyAddresses") !== true })(object),
    "another selection": spec({ selector: { "example.com/mutation": "1" } }),
  },
  PodDisruptionBudget: {
    "a budget of nothing": spec({ maxUnavailable: 0, minAvailable: null }),
  },
  NetworkPolicy: {
    "a rule for everything": spec({ policyTypes: ["Ingress", "Egress"], egress: [{}] }),
  },
  Ingress: {
    "another host": spec({ rules: [{ host: "mutation.example.com" }] }),
  },
  ResourceQuota: {
    "a wider quota": spec({ hard: { "count/secrets": "500" } }),
  },
  Role: {
    "a right more": (object) =>
      patched(object, {
        rules: [...listAt(object, "rules"), { apiGroups: [""], resources: ["events"], verbs: ["list"] }],
      }),
  },
  StorageClass: {
    "other parameters": (object) => patched(object, { parameters: { mutation: "1" } }),
  },
};

const common: Edits = {
  "a label": (object) => patched(object, { metadata: { labels: { "example.com/mutation": "1" } } }),
  "a label that is too long": (object) =>
    patched(object, { metadata: { labels: { "example.com/mutation": "x".repeat(64) } } }),
};

/** Forced replacement, for kinds whose loss costs nothing. */
const replaceable = ["ServiceAccount", "Service", "PodDisruptionBudget", "NetworkPolicy", "LimitRange"];
const replacing: Edits = {
  "a forced replacement": (object) =>
    patched(object, {
      metadata: {
        labels: { "example.com/mutation": "1" },
        annotations: { "argocd.argoproj.io/sync-options": "Force=true,Replace=true" },
      },
    }),
};

function editsOf(object: KubernetesObject): readonly (readonly [Edits, boolean])[] {
  const isWorkload = object.kind === "Deployment" || object.kind === "StatefulSet";
  const isHook = object.metadata.annotations?.["argocd.argoproj.io/hook"] !== undefined;
  if (isHook) return [[{ "a label": common["a label"] ?? ((same) => same) }, true]];
  return [
    [common, true],
    ...(isWorkload
      ? ([
          [rolling, true],
          [silent, true],
          [impossible, false],
          [strategies, true],
        ] as const)
      : []),
    [byKind[object.kind] ?? {}, true],
    [staged[object.kind] ?? {}, false],
    ...(replaceable.includes(object.kind) ? ([[replacing, false]] as const) : []),
  ];
}

/** Every change of every object of a tree, one at a time, in a fixed order. */
export function mutationsOf(objects: readonly KubernetesObject[]): readonly Mutation[] {
  return objects.flatMap((object) => {
    const who = `${object.kind}/${object.metadata.name}`;
    const changed = editsOf(object).flatMap(([edits, reversible]) =>
      Object.entries(edits).map(([what, edit]) => ({
        name: `${who}: ${what}`,
        object,
        head: toObject(edit(object)),
        reversible,
      })),
    );
    // What a tree says already is no mutation of it.
    const real = changed.filter(({ head }) => !isDeepStrictEqual(head, object));
    return [...real, { name: `${who}: removed`, object, head: undefined, reversible: true }];
  });
}
