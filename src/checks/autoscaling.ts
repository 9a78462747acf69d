import { at, number, objects, ofKind, items, text } from "./read.ts";
import type { Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { workloads } from "./workloads.ts";

/** An autoscaler has its workload to itself, room to scale in, and metrics that somebody serves. */
export const autoscaling: Rule = {
  id: "autoscaling",
  reason:
    "an autoscaler without its metric is Degraded and stops the sync; with a rival it loses at each sync",
  source: "Kubernetes, Horizontal Pod Autoscaling; KEDA, Scaling Deployments",
  values: ["app.autoscaling", "app.replicaCount"],
  *check(manifests) {
    const scalers = ofKind(manifests, "HorizontalPodAutoscaler", "ScaledObject");
    for (const manifest of scalers) {
      const spec = at(manifest.body, "spec");
      const target = text(at(spec, "scaleTargetRef", "name"));
      const rivals = scalers.filter(
        ({ body }) => text(at(body, "spec", "scaleTargetRef", "name")) === target,
      );
      if (rivals.length > 1)
        yield {
          manifest,
          path: "spec.scaleTargetRef",
          message: `${target} has several autoscalers: ${listed(rivals.map(({ kind }) => kind))}; keep one`,
        };
      const least = number(at(spec, "minReplicas")) ?? number(at(spec, "minReplicaCount")) ?? 1;
      const most = number(at(spec, "maxReplicas")) ?? number(at(spec, "maxReplicaCount")) ?? 0;
      if (!(least >= 1 && least <= most))
        yield {
          manifest,
          path: "spec.minReplicas",
          message: `is ${least}; 1 to the maximum of ${most} fits`,
        };
      const workload = workloads(manifests).find((one) => one.manifest.name === target);
      if (workload && at(workload.manifest.body, "spec", "replicas") !== undefined)
        yield {
          manifest: workload.manifest,
          path: "spec.replicas",
          message: `is set beside ${manifest.kind}/${manifest.name}: each sync undoes its scaling; remove it`,
        };
      for (const { item: metric, path } of items(at(spec, "metrics"), "spec.metrics")) {
        const resource = text(at(metric, "resource", "name"));
        if (metric["type"] !== "Resource")
          yield {
            manifest,
            path,
            message: `is of type ${text(metric["type"])}, for which the cluster has no adapter; a ScaledObject of KEDA fits`,
          };
        else if (
          workload &&
          workload.containers.some(
            ({ container }) => at(container, "resources", "requests", resource) === undefined,
          )
        )
          yield { manifest, path, message: `compares ${resource} with a request that a container lacks` };
      }
      if (manifest.kind === "HorizontalPodAutoscaler" && objects(at(spec, "metrics")).length === 0)
        yield { manifest, path: "spec.metrics", message: "is empty, so nothing is measured" };
    }
  },
};
