import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import { guideFixture } from "../../test/guide.ts";
import { changed, manifestOf, tree } from "../../test/trees.ts";
import { podSecurity } from "./pod-security.ts";

const deployment = "Deployment/apg-cash-management";
const pod = "spec.template.spec";
const container = `${pod}.containers[0]`;

testRule(podSecurity);

test.for([
  [`${pod}.hostNetwork`, true],
  [`${pod}.hostPID`, true],
  [`${pod}.hostIPC`, true],
  [`${pod}.automountServiceAccountToken`, undefined],
  [`${pod}.serviceAccountName`, "default"],
  [`${pod}.volumes[0].hostPath`, { path: "/" }, "volumes[0]"],
  [`${pod}.securityContext.sysctls`, [{ name: "kernel.msgmax", value: "1" }], "sysctls[0]"],
  [`${container}.image`, "docker.io/datacraft/apg-cash-management:1.0.0"],
  [`${container}.securityContext.privileged`, true],
  [`${container}.securityContext.procMount`, "Unmasked"],
  [`${container}.securityContext.allowPrivilegeEscalation`, undefined],
  [`${container}.securityContext.readOnlyRootFilesystem`, false],
  [`${container}.securityContext.capabilities.drop`, ["NET_RAW"]],
  [`${container}.securityContext.capabilities.add`, ["SYS_ADMIN"]],
  [`${pod}.securityContext.runAsNonRoot`, false, "containers[0].securityContext.runAsNonRoot"],
  [`${container}.securityContext.runAsUser`, 0],
  [`${container}.securityContext.runAsGroup`, 0],
  [`${pod}.securityContext.seccompProfile`, undefined, "containers[0].securityContext.seccompProfile.type"],
  [`${container}.ports[0].hostPort`, 80],
  [`${container}.resources.requests.cpu`, undefined],
  [`${container}.resources.requests.memory`, undefined],
  [`${container}.resources.limits.cpu`, undefined],
  [`${container}.resources.limits.memory`, undefined],
] as const)("a pod with another %s is reported there", ([path, value, place]) => {
  const [first, ...rest] = [...podSecurity.check(changed(tree(), deployment, path, value))];
  expect(first?.path).toContain(place ?? path);
  expect(rest).toStrictEqual([]);
});

test("a namespace that does not enforce restricted is reported, as in the guide", () => {
  const findings = [...podSecurity.check([manifestOf(guideFixture("K22-namespace"))])];
  expect(findings.map(({ path }) => path)).toStrictEqual([
    'metadata.labels["pod-security.kubernetes.io/enforce"]',
  ]);
});

test("the guide's Redis runs as root, by tag, without limits, and each is reported", () => {
  const paths = [...podSecurity.check([manifestOf(guideFixture("K22-root"))])].map(({ path }) => path);
  expect(paths).toContain(`${container}.image`);
  expect(paths).toContain(`${container}.securityContext.runAsNonRoot`);
  expect(paths).toContain(`${container}.resources.limits.memory`);
});
