import { describe, expect, test } from "vitest";
import { admit } from "../admission.ts";
import { record } from "../proof.ts";
import { kubernetes } from "../tools/catalogue.ts";
import { environments, readObjects } from "../tree.ts";

describe.each(await environments())("%s", (environment) => {
  test("every object is admitted by the oldest Kubernetes that can be built, without warnings, and unchanged the second time", async () => {
    const objects = await readObjects(`rendered/${environment}`);
    const { version, ...admission } = await admit("oldestApiServer", objects);
    expect(admission).toEqual({ objects: objects.length, refused: [], warnings: [], changedAgain: [] });
    expect(version).toBe(`v${kubernetes.oldest}`);
    await record({
      claim: `every object of ${environment} is admitted twice by the least account, without warnings`,
      against: [`kube-apiserver ${version}`],
      count: `${objects.length} objects`,
      pods: "none",
    });
  });
});
