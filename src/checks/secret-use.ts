import { at, objects, text } from "./read.ts";
import type { Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

/** A container gets the keys that it names, and no Secret as a whole beside a smaller share of it. */
export const secretUse: Rule = {
  id: "secret-use",
  reason: "what is broken into gives away all that it was handed, asked for or not",
  source: "Kubernetes, Good practices for Kubernetes Secrets, Restrict Secret access to specific containers",
  values: ["secrets", "app.banks"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      const { manifest, pod, path } = workload;
      const containers = workload.containers;
      for (const { container, path: place } of containers) {
        for (const [index, source] of objects(container["envFrom"]).entries()) {
          if (source["secretRef"] !== undefined)
            yield {
              manifest,
              path: `${place}.envFrom[${index}].secretRef`,
              message: `hands out every key of ${text(at(source, "secretRef", "name"))}, by names that nobody chose; name each variable`,
            };
        }
      }
      for (const [index, volume] of objects(pod["volumes"]).entries()) {
        const secret = volume["secret"];
        if (secret === undefined || at(secret, "items") !== undefined) continue;
        const mounting = containers.filter(({ container }) =>
          objects(container["volumeMounts"]).some((mount) => mount["name"] === volume["name"]),
        );
        const exporters = mounting.filter(({ container }) =>
          objects(container["ports"]).some((port) => port["name"] === "metrics"),
        );
        // The server's own containers need every key of its credentials; an exporter, which is scraped, needs its own.
        const names = exporters.filter(({ container }) => objects(container["ports"]).length === 1);
        if (names.length > 0)
          yield {
            manifest,
            path: `${path}.volumes[${index}].secret.items`,
            message: `gives ${names.map(({ name }) => name).join(", ")} every key of ${text(at(secret, "secretName"))}; list the keys that it reads`,
          };
      }
    }
  },
};
