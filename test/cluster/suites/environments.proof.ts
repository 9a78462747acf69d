import { expect, test } from "vitest";
import { applied } from "../api/client.ts";
import { syncNow, untilHealthy } from "../applications.ts";
import { startEnvironment } from "../environment.ts";
import { record } from "../record.ts";
import { specified, stored } from "../snapshot.ts";

// Production is synced by every quick run, development by its root.
test.for(["staging", "onprem"] as const)(
  "Argo CD syncs %s to Synced and Healthy, and a second sync changes nothing",
  async (name) => {
    const environment = await startEnvironment(name);
    const { admin, repository, objects, standIns, against, installation, processes } = environment;
    try {
      const revision = await repository.revision();
      for (const object of installation.objects) await applied(admin, object);
      await untilHealthy(environment, revision);
      const steady = objects.filter(
        ({ metadata }) => metadata.annotations?.["argocd.argoproj.io/hook"] === undefined,
      );
      const before = specified(await stored(admin, steady));
      await syncNow(environment);
      await untilHealthy(environment, revision);
      expect(specified(await stored(admin, steady))).toEqual(before);
      await record({
        claim: `Argo CD syncs ${name} to Synced and Healthy, and a second sync changes nothing; the test set the status of ${standIns.given.size} objects in place of controllers that do not run`,
        against,
        count: `${objects.length} objects`,
        pods: "KWOK",
      });
    } finally {
      await processes.stop();
    }
  },
);
