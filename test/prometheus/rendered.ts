import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Monitoring, monitoring } from "../../src/components/monitoring.ts";
import { asArray, asObject, type Json, type JsonObject, seal } from "../../src/kubernetes/manifest.ts";

/** The watched system of these tests, in the guide's sizes. */
export const system = {
  namespace: "apg-cash-management",
  release: "prometheus",
  runbookUrl: "https://runbooks.example.com/",
  serviceMonitor: { enabled: true, interval: "30s" },
  objectives: { availability: 0.999, latency: 0.95 },
  autoscaler: "apg-cash-management-hpa",
  delivery: { application: "apg-cash-management-production" },
  postgresql: { replicas: 2 },
  pgbouncer: { replicas: 2 },
  redis: { replicas: 2 },
  backups: {
    runs: ["postgres-base-backup", "postgres-restore-rehearsal", "redis-dump", "redis-restore-rehearsal"],
    recorded: "postgres-restore-rehearsal",
  },
} as const satisfies Monitoring;

/** An alerting or recording rule as it is rendered. */
export interface Rule {
  readonly alert: string | undefined;
  readonly expr: string;
  readonly for: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** A group of rules as it is rendered. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** Returns the bodies of the monitoring objects as the files have them. */
export function renderedObjects(): readonly JsonObject[] {
  const place = { component: "monitoring", namespace: system.namespace, wave: 40 };
  return monitoring(system).map((model) => seal(model, place).body);
}

/** Returns the rule groups of the rendered PrometheusRule. */
export function renderedGroups(): readonly RuleGroup[] {
  return renderedObjects()
    .filter(({ kind }) => kind === "PrometheusRule")
    .flatMap(groupsOf);
}

/** Returns the alerting rules among the rules of the groups. */
export function alertsOf(groups: readonly RuleGroup[]): readonly (Rule & { readonly alert: string })[] {
  return groups
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]));
}

/** Returns the rule groups of a PrometheusRule. */
export function groupsOf(prometheusRule: JsonObject): readonly RuleGroup[] {
  return asArray(asObject(prometheusRule["spec"])["groups"]).map((each) => {
    const group = asObject(each);
    return { name: text(group["name"]) ?? "", rules: asArray(group["rules"]).map(ruleOf) };
  });
}

/** Returns an object with one of the guide's settings from its fixture. */
export function guide(name: string): JsonObject {
  const file = new URL(`../fixtures/guide/${name}.yaml`, import.meta.url);
  const object: JsonObject = parse(readFileSync(file, "utf8"));
  return object;
}

function ruleOf(value: Json): Rule {
  const body = asObject(value);
  return {
    alert: text(body["alert"]),
    expr: text(body["expr"]) ?? "",
    for: text(body["for"]),
    labels: texts(body["labels"]),
    annotations: texts(body["annotations"]),
    body,
  };
}

function texts(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, each]) => [key, text(each) ?? ""]));
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
