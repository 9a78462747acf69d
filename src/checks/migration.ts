import { asArray, type JsonObject } from "../kubernetes/manifest.ts";
import { at, text } from "./read.ts";
import type { Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

const versionKey = "app.kubernetes.io/version";

/** What a release does once is one Job, named with the release, with the image of what it prepares. */
export const migration: Rule = {
  id: "migration",
  reason:
    "a migration in every pod runs at the same time as another, and one of an older image misses the schema",
  source: "Kubernetes, Jobs (immutable template); Init Containers",
  values: ["app.image", "app.migration"],
  *check(manifests) {
    const all = workloads(manifests);
    const jobs = all.filter(({ manifest }) => manifest.kind === "Job");
    const commands = new Set(
      jobs.flatMap((job) => job.containers.map(({ container }) => commandOf(container))),
    );
    const images = new Set(
      all
        .filter(({ manifest }) => manifest.kind === "Deployment")
        .flatMap((workload) => workload.containers.map(({ container }) => text(container["image"]))),
    );
    for (const workload of all) {
      const { manifest } = workload;
      for (const { container, path } of workload.containers) {
        const command = commandOf(container);
        if (manifest.kind === "Job") {
          const repository = repositoryOf(text(container["image"]));
          const others = [...images].filter((image) => repositoryOf(image) === repository);
          if (others.length > 0 && !others.includes(text(container["image"])))
            yield {
              manifest,
              path: `${path}.image`,
              message: `is ${text(container["image"])}, but the application runs ${others.join(", ")}; one release is one image`,
            };
        } else if (command !== "[]" && commands.has(command))
          yield {
            manifest,
            path: `${path}.command`,
            message: "runs in every pod what a Job runs once; leave it to the Job",
          };
      }
    }
    for (const { manifest } of jobs) {
      const version = text(at(manifest.body, "metadata", "labels", versionKey));
      if (version !== "" && !manifest.name.includes(version.replaceAll(/[^a-z0-9]+/g, "-")))
        yield {
          manifest,
          path: "metadata.name",
          message: `does not name the release ${version}: the next one cannot change a Job that is there`,
        };
    }
  },
};

function commandOf({ command, args }: JsonObject): string {
  return JSON.stringify([...asArray(command), ...asArray(args)]);
}

function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}
