import { expect, test } from "vitest";
import { toObject } from "../api/object.ts";
import { observe, podState, replaced, type Change, type PodState } from "./observation.ts";
import { score, type Scored } from "./score.ts";

const said = { verb: "live", depends: false, reasons: [], restarts: [] } as const;
const right: Scored = { name: "label", predicted: said, observed: "live", refusal: undefined, replaced: [] };

test("what was said and happened agrees", () => {
  expect(score([right])).toEqual({
    cases: 1,
    agreeing: 1,
    disagreements: [],
    counts: { live: 1 },
    depending: [],
  });
});

test.for([
  [{ observed: "rolls" }, "label: said live, was rolls"],
  [{ predicted: { ...said, verb: undefined } }, "label: said no-effect-yet, was live"],
  [{ replaced: ["Deployment/other"] }, "label: pods of Deployment/other were replaced, too"],
  [
    {
      observed: "refused",
      refusal: "spec.a: too long",
      predicted: { ...said, verb: "refused", reasons: ["field is immutable"] },
    },
    "label: refused, but not with field is immutable: spec.a: too long",
  ],
] as const)("a disagreement is told: %j", ([change, line]) => {
  expect(score([{ ...right, ...change }]).disagreements).toEqual([line]);
});

const stored = (metadata: object, rest: object = {}): Change["before"] =>
  toObject({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", uid: "1", resourceVersion: "1", generation: 1, ...metadata },
    ...rest,
  });
const pod = (uid: string, revision: string): PodState => ({
  uid,
  revision,
  workload: "Deployment/web",
  fixed: ["settings"],
});
const change: Change = {
  before: stored({}),
  after: stored({ resourceVersion: "2", generation: 2 }),
  refusal: undefined,
  podsBefore: [pod("a", "1")],
  podsAfter: [pod("a", "1")],
};

test.for([
  ["refused", { refusal: "no" }],
  ["created", { before: undefined }],
  ["deleted", { after: undefined }],
  ["recreated", { after: stored({ uid: "2" }) }],
  ["no-effect-yet", { after: stored({}) }],
  ["no-effect-yet", { after: stored({ resourceVersion: "2", managedFields: [{}] }) }],
  ["live", {}],
  ["rolls", { podsAfter: [pod("b", "2")] }],
  ["live", { podsAfter: [pod("a", "1"), pod("b", "1")] }],
  ["no-effect-yet", { after: stored({ resourceVersion: "2", generation: 2 }, { spec: { template: {} } }) }],
] as const)("%s is seen in %j", ([verb, different]) => {
  expect(observe({ ...change, ...different })).toBe(verb);
});

test("a ConfigMap that a pod has in its environment has no effect until the pod starts again", () => {
  const before = settings({ a: "1" }, "1");
  const after = settings({ a: "2" }, "2");
  expect(observe({ ...change, before, after })).toBe("no-effect-yet");
  expect(observe({ ...change, before, after, podsAfter: [{ ...pod("a", "1"), fixed: [] }] })).toBe("live");
});

test("it has had its effect once all pods that read it were replaced in the same sync", () => {
  const before = settings({ a: "1" }, "1");
  const after = settings({ a: "2" }, "2");
  const reader = pod("b", "2");
  expect(observe({ ...change, before, after }, [reader])).toBe("live");
  expect(observe({ ...change, before, after }, [reader, ...change.podsAfter])).toBe("no-effect-yet");
});

test("the first pods of a workload replace nothing", () => {
  expect(replaced({ podsBefore: [], podsAfter: [pod("a", "1")] })).toEqual([]);
});

test("a pod belongs to the Deployment of its ReplicaSet, and keeps what it read when it started", () => {
  const replicaSet = toObject({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web-1", ...owner("Deployment", "web") },
  });
  const found = podState(
    toObject({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "web-1-x",
        uid: "a",
        labels: { "pod-template-hash": "1" },
        ...owner("ReplicaSet", "web-1"),
      },
      spec: {
        containers: [
          {
            envFrom: [{ configMapRef: { name: "settings" } }],
            env: [{ valueFrom: { configMapKeyRef: { name: "one" } } }],
            volumeMounts: [{ name: "file", subPath: "a" }, { name: "folder" }],
          },
        ],
        volumes: [
          { name: "file", configMap: { name: "single" } },
          { name: "folder", configMap: { name: "whole" } },
        ],
      },
    }),
    [replicaSet],
  );
  expect(found).toEqual({
    uid: "a",
    workload: "Deployment/web",
    revision: "1",
    fixed: ["settings", "one", "single"],
  });
});

function settings(data: object, resourceVersion: string): Change["before"] {
  const metadata = { name: "settings", uid: "1", resourceVersion };
  return toObject({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
}

function owner(kind: string, name: string): object {
  return { ownerReferences: [{ kind, name, controller: true }] };
}
