import { expect, test } from "vitest";
import { only, smokeTestSpec } from "../../test/application-specs.ts";
import { containersOf, podOf } from "../../test/pod-parts.ts";
import { smokeTest } from "./smoke-test.ts";

const job = only(smokeTest(smokeTestSpec), "Job");

test("Argo CD runs it after each sync, in place of the last one", () => {
  expect(job["metadata"]).toMatchObject({
    name: "apg-cash-management-smoke-test",
    annotations: {
      "argocd.argoproj.io/hook": "PostSync",
      "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    },
  });
});

test("it asks the guide's address and takes an error status for a failure", () => {
  const [curl] = containersOf(job);
  expect(curl?.["command"]).toEqual(expect.arrayContaining(["curl", "--fail", smokeTestSpec.url]));
});

test("its retries end before the Job is given up", () => {
  const command = containersOf(job)[0]?.["command"];
  const option = (name: string): number =>
    Array.isArray(command) ? Number(command[command.indexOf(name) + 1]) : Number.NaN;
  const attempts = option("--retry") + 1;
  const seconds = attempts * option("--max-time") + option("--retry") * option("--retry-delay");
  expect(job["spec"]).toMatchObject({ activeDeadlineSeconds: 300 });
  expect(seconds).toBeLessThan(300);
});

test("it is nobody's user and holds no token", () => {
  expect(podOf(job)).toMatchObject({
    serviceAccountName: "apg-cash-management-smoke-test",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 100 },
  });
});
