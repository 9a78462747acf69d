import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdmissionServer, type AdmissionServer } from "../admission.ts";
import { record } from "../record.ts";
import { kubernetes } from "../tools/catalogue.ts";
import { deployerOf } from "../installation.ts";
import { objectsFor } from "../rendered-for.ts";
import { environments } from "../tree.ts";

const oldestMinor = kubernetes.oldest.split(".").slice(0, 2).join(".");
let server: AdmissionServer;

/** The platform's releases are newer than this Kubernetes: what it drops of their definitions is said. */
function withoutFields(dropped: readonly string[]): string {
  if (dropped.length === 0) return "";
  return ` (of the platform's definitions this Kubernetes is too old for, and dropped: ${dropped.join(", ")})`;
}

beforeAll(async () => void (server = await startAdmissionServer("oldestApiServer")));
afterAll(async () => await server.stop());

test.for(await environments())(
  "every object of %s, rendered for the oldest Kubernetes that can be built, is admitted by it, without warnings, and unchanged the second time",
  async (environment) => {
    const objects = await objectsFor(environment, oldestMinor);
    // This old a server writes some custom resources again at each apply, with nothing new in them but the time.
    expect(await server.admit(await deployerOf(environment), objects)).toMatchObject({
      objects: objects.length,
      refused: [],
      warnings: [],
      changedAgain: [],
    });
    expect(server.version).toBe(`v${kubernetes.oldest}`);
    await record({
      claim: `every object of ${environment}, rendered for ${oldestMinor}, is admitted twice by the deployer of argocd/, without warnings${withoutFields(server.dropped)}`,
      against: [`kube-apiserver ${server.version}`],
      count: `${objects.length} objects`,
      pods: "none",
    });
  },
);
