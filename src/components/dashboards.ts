import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Model } from "../kubernetes/manifest.ts";

/** Dashboards for the Grafana of the platform. */
export interface Dashboards {
  /** Grafana's JSON by file name (`redis.json`). */
  readonly files: ReadonlyMap<string, string>;
  /** Label by which Grafana's sidecar finds its ConfigMaps; kube-prometheus-stack: grafana_dashboard, "1". */
  readonly label: { readonly name: string; readonly value: string };
}

/** Returns one ConfigMap per dashboard, so that a changed dashboard is a diff of its own object. */
export function dashboards({ files, label }: Dashboards): Model[] {
  return [...files].map(
    ([file, json]) =>
      new ConfigMap({
        metadata: {
          name: `apg-cash-management-dashboard-${file.replace(/\.json$/, "")}`,
          labels: { app: "apg-cash-management", [label.name]: label.value },
          // The sidecar's folder annotation, where the chart's value folderAnnotation is set; else ignored.
          annotations: { grafana_folder: "APG Cash Management" },
        },
        data: { [file]: json },
      }),
  );
}
