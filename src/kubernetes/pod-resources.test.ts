import { expect, test } from "vitest";
import type { JsonObject } from "./manifest.ts";
import { podAmounts } from "./pod-resources.ts";

const defaults = {
  default: { cpu: "1", memory: "2Gi", "ephemeral-storage": "1Gi" },
  defaultRequest: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "128Mi" },
};

test("containers and sidecars run together, so they add up", () => {
  const pod = { containers: [cpu("1"), cpu("500m")], initContainers: [sidecar("200m")] };
  expect(requestedCpu(pod)).toBe(1700);
});

test("init containers run one after the other, so only a larger one than all that run later counts", () => {
  expect(requestedCpu({ containers: [cpu("1")], initContainers: [cpu("700m"), cpu("900m")] })).toBe(1000);
  expect(requestedCpu({ containers: [cpu("1")], initContainers: [cpu("700m"), cpu("3")] })).toBe(3000);
});

test("an init container runs beside the sidecars that started before it, not those after it", () => {
  const before = { containers: [cpu("1")], initContainers: [sidecar("400m"), cpu("2")] };
  const after = { containers: [cpu("1")], initContainers: [cpu("2"), sidecar("400m")] };
  expect(requestedCpu(before)).toBe(2400);
  expect(requestedCpu(after)).toBe(2000);
});

test("the overhead of a runtime class comes on top of the larger of both", () => {
  const pod = { containers: [cpu("1")], initContainers: [cpu("2")], overhead: { cpu: "250m" } };
  expect(requestedCpu(pod)).toBe(2250);
});

test("what a container does not state is filled in: a request from its limit, else from the LimitRange", () => {
  const container = { resources: { requests: { cpu: "100m" }, limits: { memory: "512Mi" } } };
  expect(podAmounts({ containers: [container] }, defaults)).toEqual({
    requests: { cpu: 100, memory: bytes(512), "ephemeral-storage": bytes(128) },
    limits: { cpu: 1000, memory: bytes(512), "ephemeral-storage": bytes(1024) },
  });
});

test("limits follow the same rule as requests", () => {
  const pod = { containers: [cpu("1")], initContainers: [sidecar("400m"), cpu("2")] };
  expect(podAmounts(pod, defaults).limits.cpu).toBe(4800);
});

function requestedCpu(pod: JsonObject): number {
  return podAmounts(pod, defaults).requests.cpu;
}

function cpu(amount: string): JsonObject {
  const twice = `${2 * (amount.endsWith("m") ? Number(amount.slice(0, -1)) : 1000 * Number(amount))}m`;
  return { resources: { requests: { cpu: amount }, limits: { cpu: twice } } };
}

function sidecar(amount: string): JsonObject {
  return { ...cpu(amount), restartPolicy: "Always" };
}

function bytes(mebibytes: number): number {
  return mebibytes * 2 ** 20 * 1000;
}
