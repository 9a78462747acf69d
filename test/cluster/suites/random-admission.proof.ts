import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, type Client } from "../api/client.ts";
import { nameOf } from "../api/object.ts";
import { startControlPlane } from "../control-plane.ts";
import { installCrds, platformCrds } from "../crds.ts";
import { namespace } from "../environment.ts";
import { startProcesses, type Processes } from "../processes/processes.ts";
import { record } from "../record.ts";
import { randomTree } from "../random.ts";
import { kubernetes } from "../tools/catalogue.ts";

const environments = 1000;

let processes: Processes;
let admin: Client;

beforeAll(async () => {
  processes = await startProcesses();
  ({ admin } = await startControlPlane(processes));
  await installCrds(admin, platformCrds);
  await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});
afterAll(async () => await processes.stop());

test("every object of a thousand random valid environments is admitted, without warnings", async () => {
  // Nothing is stored, so what the server says of an object does not depend on the environment that it is in.
  const admitted = new Set<string>();
  const complaints: string[] = [];
  let [objects, discarded] = [0, 0];
  for (let seed = 1; seed <= environments + discarded; seed += 1) {
    const tree = randomTree(seed);
    if (tree === undefined) {
      discarded += 1;
      continue;
    }
    objects += tree.objects.length;
    for (const object of tree.objects) {
      const key = createHash("sha256").update(JSON.stringify(object)).digest("hex");
      if (admitted.has(key)) continue;
      const { refusal, warnings } = await admin.admit(object);
      for (const complaint of [...(refusal === undefined ? [] : [refusal]), ...warnings])
        complaints.push(`seed ${seed}: ${nameOf(object)}: ${complaint}`);
      admitted.add(key);
    }
  }
  expect(complaints).toEqual([]);
  expect(admitted.size).toBeGreaterThan(environments);
  await record({
    claim: `every object of ${environments} random valid environments is admitted without warnings (dry run; ${admitted.size} of their ${objects} objects differ from each other)`,
    against: [`kube-apiserver v${kubernetes.newest}`],
    count: `${environments} environments`,
    pods: "none",
  });
});

test("an impossible object is not admitted by a dry run", async () => {
  const { refusal } = await admin.admit({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "port", namespace },
    spec: { ports: [{ port: 70_000 }] },
  });
  expect(refusal).toContain("must be between 1 and 65535");
});
