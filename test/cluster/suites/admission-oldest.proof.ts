import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdmissionServer, type AdmissionServer } from "../admission.ts";
import { record } from "../proof.ts";
import { kubernetes } from "../tools/catalogue.ts";
import { deployerOf } from "../installation.ts";
import { environments, readObjects } from "../tree.ts";

let server: AdmissionServer;

beforeAll(async () => void (server = await startAdmissionServer("oldestApiServer")));
afterAll(async () => await server.stop());

test.for(await environments())(
  "every object of %s is admitted by the oldest Kubernetes that can be built, without warnings, and unchanged the second time",
  async (environment) => {
    const objects = await readObjects(`rendered/${environment}`);
    expect(await server.admit(await deployerOf(environment), objects)).toEqual({
      objects: objects.length,
      refused: [],
      warnings: [],
      changedAgain: [],
    });
    expect(server.version).toBe(`v${kubernetes.oldest}`);
    await record({
      claim: `every object of ${environment} is admitted twice by the deployer of argocd/, without warnings`,
      against: [`kube-apiserver ${server.version}`],
      count: `${objects.length} objects`,
      pods: "none",
    });
  },
);
