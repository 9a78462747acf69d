import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { oncePerText } from "./once.ts";
import { at, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed, matches } from "./selection.ts";
import { workloads } from "./workloads.ts";

const severities = new Set(["critical", "warning", "info", "none"]);
// Where the metrics of an expression come from: Prometheus itself, the exporters of the pods, the platform's exporters,
// cert-manager, Argo CD, External Secrets, and the application's contract.
const exported =
  /^(?:up|scrape_\w+|ALERTS\w*|http_request\w*|process_\w+|pg_\w+|redis_\w+|pgbouncer_\w+|kube_\w+|kubelet_\w+|container_\w+|node_\w+|certmanager_\w+|argocd_\w+|externalsecret_\w+|apg_rehearsal\w*|keda_\w+|traefik_\w+)$/;
// PromQL's words and functions that stand without parentheses or before a grouping (Prometheus, Querying).
const words = new Set(
  "and bool by group_left group_right ignoring inf nan offset on or unless without end start atan2".split(
    " ",
  ),
);

/** An alert computes what it says, on metrics that somebody serves, and tells whom it wakes what to do. */
export const alerts: Rule = {
  id: "alerts",
  reason: "an alert that cannot fire is worse than none, and one without a runbook wakes people for nothing",
  source: "Prometheus, Alerting rules, Histograms and summaries; Prometheus Operator, ServiceMonitor",
  values: ["monitoring"],
  *check(manifests) {
    for (const manifest of ofKind(manifests, "PrometheusRule")) {
      const own = new Set(
        objects(at(manifest.body, "spec", "groups"))
          .flatMap((group) => objects(group["rules"]))
          .map((rule) => text(rule["record"])),
      );
      for (const { item: group, path } of items(at(manifest.body, "spec", "groups"), "spec.groups")) {
        for (const { item: rule, path: place } of items(group["rules"], `${path}.rules`))
          yield* ruleFindings(manifest, rule, place, own);
      }
    }
    yield* scraped(manifests);
  },
};

function* ruleFindings(
  manifest: Manifest,
  rule: JsonObject,
  ...[path, own]: readonly [path: string, own: ReadonlySet<string>]
): Iterable<Finding> {
  const name = text(rule["alert"]);
  const expression = text(rule["expr"]);
  const tell = (place: string, message: string): Finding => ({
    manifest,
    path: `${path}.${place}`,
    message: `${name || text(rule["record"])}: ${message}`,
  });
  const unknown = metricsOf(expression).filter((metric) => !exported.test(metric) && !own.has(metric));
  if (unknown.length > 0) yield tell("expr", `asks for ${listed(unknown)}, which no exporter here serves`);
  for (const [, inner = ""] of expression.matchAll(/histogram_quantile\(\s*[\d.]+\s*,\s*([^)]*)/g)) {
    if (!/^sum\b.*\ble\b/s.test(inner.trim()) && !/^sum\s+by\s*\(/.test(inner.trim()))
      yield tell("expr", "takes a quantile of each pod's histogram; sum by (le) before histogram_quantile");
  }
  if (name === "") return;
  const compact = expression.replaceAll(/\s+/g, "");
  if (/^up(?:\{[^}]*\})?==0$/.test(compact))
    yield tell("expr", "is silent when the target is gone; sum(up) or vector(0), or absent(), is not");
  if (/^(?:sum\()?rate\([^)]*5\.\.[^)]*\)\)?>/.test(compact))
    yield tell("expr", "compares a rate of errors with a share; divide by the rate of all requests");
  if (!severities.has(text(at(rule, "labels", "severity"))))
    yield tell(
      "labels.severity",
      `is ${text(at(rule, "labels", "severity")) || "not set"}, so it is routed to nobody`,
    );
  if (!/^https:\/\/\S+$/.test(text(at(rule, "annotations", "runbook_url"))))
    yield tell("annotations.runbook_url", "is not set, so whoever is woken does not know what to do");
  if (text(at(rule, "annotations", "summary")) === "") yield tell("annotations.summary", "is not set");
}

/** Names in an expression that are neither functions, labels, words nor numbers. */
const metricsOf = oncePerText((expression): readonly string[] => {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
    .replaceAll(/\{[^}]*\}/g, " ")
    .replaceAll(/\[[^\]]*\]/g, " ")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ");
  return [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)]
    .map(([word]) => word)
    .filter((word) => !words.has(word.toLowerCase()) && !isAggregation(word));
});

function isAggregation(word: string): boolean {
  return /^(?:sum|avg|min|max|count|topk|bottomk|quantile|stddev|group)$/.test(word);
}

/** Pods are scraped one way: by the monitor of their Service, not by annotations too. */
function* scraped(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const { manifest, annotations, path } of workloads(manifests))
    yield* annotated(manifest, annotations, path);
  for (const manifest of ofKind(manifests, "Service"))
    yield* annotated(manifest, asObject(at(manifest.body, "metadata", "annotations")), "metadata");
  const monitors = ofKind(manifests, "ServiceMonitor");
  if (monitors.length === 0) return;
  for (const manifest of ofKind(manifests, "Service")) {
    const measured = objects(at(manifest.body, "spec", "ports")).some((port) => port["name"] === "metrics");
    const labels = asObject(at(manifest.body, "metadata", "labels"));
    if (measured && !monitors.some(({ body }) => matches(at(body, "spec", "selector"), labels)))
      yield {
        manifest,
        path: "metadata.labels",
        message: "has a port metrics that no ServiceMonitor scrapes",
      };
  }
}

function* annotated(manifest: Manifest, annotations: JsonObject, path: string): Iterable<Finding> {
  for (const key of Object.keys(annotations)) {
    if (key.startsWith("prometheus.io/"))
      yield {
        manifest,
        path: `${path}.annotations["${key}"]`,
        message: "has the pods scraped a second time; remove it",
      };
  }
}
