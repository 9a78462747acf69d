import { drop, type Mutant, remove, set } from "../edits.ts";

const quota = "ResourceQuota/apg-cash-management-quota";
const hpa = "HorizontalPodAutoscaler/apg-cash-management-hpa";
const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const alerts = "PrometheusRule/apg-cash-management-alerts";

/** Capacity, autoscaling and monitoring. */
export const capacityAndAlerts: readonly Mutant[] = [
  {
    name: "K1: the quota as in the guide",
    kind: "lower a limit",
    edits: [set(quota, 'spec.hard["requests.cpu"]', "20"), set(quota, 'spec.hard["limits.cpu"]', "40")],
    harm: "the autoscaler never reaches its maximum",
    rule: "capacity",
  },
  {
    name: "K2: ten claims, of which eleven are needed",
    kind: "lower a limit",
    edits: [set(quota, "spec.hard.persistentvolumeclaims", "7")],
    harm: "the last claim is refused",
    rule: "capacity",
  },
  {
    name: "the autoscaler's maximum is raised",
    kind: "raise a maximum",
    edits: [set(hpa, "spec.maxReplicas", 40)],
    harm: "the quota refuses pods when the load is highest",
    rule: "capacity",
  },
  {
    name: "one container asks for more",
    kind: "raise a maximum",
    edits: [set(deployment, `${container}.resources.requests.memory`, "4Gi")],
    harm: "the quota refuses pods when the load is highest",
    rule: "capacity",
  },
  {
    name: "K13: the Deployment states a number of pods beside its autoscaler",
    kind: "two owners of one field",
    edits: [set(deployment, "spec.replicas", 3)],
    harm: "each sync takes the pods that the load needs",
    rule: "autoscaling",
  },
  {
    name: "K12: the autoscaler asks for a metric that nobody serves",
    kind: "ask the wrong question",
    edits: [
      set(hpa, "spec.metrics[2]", {
        type: "Pods",
        pods: {
          metric: { name: "http_requests_per_second" },
          target: { type: "AverageValue", averageValue: "100" },
        },
      }),
    ],
    harm: "the autoscaler is Degraded, and the sync never ends",
    rule: "autoscaling",
  },
  {
    name: "the autoscaler's minimum exceeds its maximum",
    kind: "cross a minimum and its maximum",
    edits: [set(hpa, "spec.minReplicas", 21)],
    harm: "the API server refuses it",
    rule: "autoscaling",
  },
  {
    name: "one pod is enough for production",
    kind: "lower a limit",
    edits: [set(hpa, "spec.minReplicas", 1)],
    harm: "each drain is an outage",
    rule: "disruption",
  },
  {
    name: "K16: the histogram is not summed over pods",
    kind: "compute the wrong thing",
    edits: [
      set(
        alerts,
        "spec.groups[0].rules[APGHighResponseTime].expr",
        "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 1",
      ),
    ],
    harm: "the alert looks at one pod at a time",
    rule: "alerts",
  },
  {
    name: "K16: an absolute rate is called a share",
    kind: "compute the wrong thing",
    edits: [
      set(
        alerts,
        "spec.groups[0].rules[APGHighErrorRate].expr",
        'rate(http_requests_total{status=~"5.."}[5m]) > 0.1',
      ),
    ],
    harm: "the alert fires with one error in ten seconds",
    rule: "alerts",
  },
  {
    name: "K16: the alert needs the target that is gone",
    kind: "compute the wrong thing",
    edits: [
      set(
        alerts,
        "spec.groups[0].rules[APGCashManagementDown].expr",
        'up{job="apg-cash-management-service"} == 0',
      ),
    ],
    harm: "the alert never fires when nothing is left",
    rule: "alerts",
  },
  {
    name: "K17: an alert on a metric that no exporter serves",
    kind: "ask the wrong question",
    edits: [
      set(alerts, "spec.groups[0].rules[APGCashManagementPodsUnreachable].expr", "apg_no_such_metric > 0"),
    ],
    harm: "the alert never fires",
    rule: "alerts",
  },
  {
    name: "an alert has no runbook",
    kind: "drop a guard",
    edits: [remove(alerts, "spec.groups[0].rules[APGHighErrorRate].annotations.runbook_url")],
    harm: "whoever is woken does not know what to do",
    rule: "alerts",
  },
  {
    name: "an alert has no severity",
    kind: "drop a guard",
    edits: [remove(alerts, "spec.groups[0].rules[APGHighErrorRate].labels.severity")],
    harm: "nobody is woken",
    rule: "alerts",
  },
  {
    name: "K18: the pods are scraped twice",
    kind: "two owners of one job",
    edits: [set(deployment, 'spec.template.metadata.annotations["prometheus.io/scrape"]', "true")],
    harm: "every rate doubles",
    rule: "alerts",
  },
  {
    name: "a monitored Service has no monitor",
    kind: "drop a guard",
    edits: [drop("ServiceMonitor/redis-monitor")],
    harm: "alerts on Redis see nothing",
    rule: "alerts",
  },
];
