import { describe, expect, test } from "vitest";
import { toObject } from "../api/object.ts";
import { fill } from "../capacity.ts";
import { roomyNodes } from "../environment.ts";
import { record } from "../record.ts";
import { kubernetes } from "../tools/catalogue.ts";
import { environments, readObjects } from "../tree.ts";

describe.each(await environments())("%s", (environment) => {
  test("at the autoscaler's maximum, in the middle of a rollout, with every Job running, each pod is admitted and scheduled", async () => {
    const { expected, scheduled, refused } = await fill(
      await readObjects(`rendered/${environment}`),
      roomyNodes,
    );
    expect(refused).toEqual([]);
    expect(scheduled).toBe(expected);
    await record({
      claim: `${environment} at its largest (autoscaler's maximum, a rollout, every Job at once) fits its quota, and every pod finds a node`,
      against: [`Kubernetes v${kubernetes.newest}`, "KWOK 0.8.0"],
      count: `${expected} pods`,
      pods: "KWOK",
    });
  });
});

test("a quota that forgets the surge pod is found", async () => {
  const namespace = "small";
  const labels = { app: "web" };
  const resources = { requests: { cpu: "1" }, limits: { cpu: "1" } };
  const { refused } = await fill(
    [
      toObject({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }),
      toObject({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } }),
      toObject({
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "quota", namespace },
        spec: { hard: { "limits.cpu": "2" } },
      }),
      toObject({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace },
        spec: {
          replicas: 2,
          strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: "web", image: `web@sha256:${"0".repeat(64)}`, resources }] },
          },
        },
      }),
    ],
    roomyNodes,
  );
  // The controller tries again, and is refused with the same words.
  expect(refused).not.toEqual([]);
  for (const reason of refused)
    expect(reason).toMatch(
      /exceeded quota: quota, requested: limits\.cpu=1, used: limits\.cpu=2, limited: limits\.cpu=2/u,
    );
});
