import { expect, test } from "vitest";
import { asArray, asObject, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { type Series, testRules } from "./promtool.ts";
import { alertsOf, groupsOf, guide, renderedGroups, renderedObjects, type RuleGroup } from "./rendered.ts";
import { everFiring, groupsFor } from "./scenario.ts";

/** What an alert has to do in a situation, whatever its words are. */
interface Behaviour {
  readonly alert: string;
  readonly fixture: string;
  readonly when: string;
  readonly series: Series;
  /** How many notifications somebody gets. */
  readonly notifications: number;
}

const target = 'namespace="apg-cash-management",job="apg-cash-management-service"';
const requests = (pod: string, path: string, status: string) =>
  `http_requests_total{${target},pod="${pod}",path="${path}",status="${status}"}`;
const bucket = (pod: string, path: string, le: string) =>
  `http_request_duration_seconds_bucket{${target},pod="${pod}",path="${path}",le="${le}"}`;
const server = 'namespace="apg-cash-management",pod="postgres-primary-0"';
const connections = (state: string) =>
  `pg_stat_activity_count{${server},datname="apg_cash_production",backend_type="client backend",state="${state}"}`;
const limits = (most: number) => ({
  [`pg_settings_max_connections{${server}}`]: `${most}x120`,
  [`pg_settings_superuser_reserved_connections{${server}}`]: "5x120",
});
const memory = (used: number, most: number) => ({
  'redis_memory_used_bytes{namespace="apg-cash-management",pod="redis-master-0"}': `${used}x120`,
  'redis_memory_max_bytes{namespace="apg-cash-management",pod="redis-master-0"}': `${most}x120`,
});

const behaviours: readonly Behaviour[] = [
  {
    alert: "APGCashManagementDown",
    fixture: "K16-vanished-target",
    when: "the last target is gone from service discovery",
    series: { [`up{${target},pod="a"}`]: "1x10 stale" },
    notifications: 1,
  },
  {
    alert: "APGCashManagementDown",
    fixture: "K16-vanished-target",
    when: "one pod of three is down",
    series: {
      [`up{${target},pod="a"}`]: "1x120",
      [`up{${target},pod="b"}`]: "1x120",
      [`up{${target},pod="c"}`]: "0x120",
    },
    notifications: 0,
  },
  {
    alert: "APGHighErrorRate",
    fixture: "K16-absolute-rates",
    when: "0.2% of many requests fail",
    series: { [requests("a", "/", "200")]: "0+2994x120", [requests("a", "/", "500")]: "0+6x120" },
    notifications: 0,
  },
  {
    alert: "APGHighErrorRate",
    fixture: "K16-absolute-rates",
    when: "every request fails, thinly spread over pods and paths",
    series: Object.fromEntries(
      ["a", "b", "c"].flatMap((pod) =>
        ["/1", "/2"].map((path) => [requests(pod, path, "503"), "0+2x120"] as const),
      ),
    ),
    notifications: 1,
  },
  {
    alert: "APGHighResponseTime",
    fixture: "K16-absolute-rates",
    when: "one rare path of one pod is slow",
    series: {
      [bucket("a", "/", "1.0")]: "0+3000x120",
      [bucket("a", "/", "+Inf")]: "0+3000x120",
      [bucket("a", "/report", "1.0")]: "0x120",
      [bucket("a", "/report", "5.0")]: "0+1x120",
      [bucket("a", "/report", "+Inf")]: "0+1x120",
    },
    notifications: 0,
  },
  {
    alert: "APGHighResponseTime",
    fixture: "K16-absolute-rates",
    when: "all pods are slow",
    series: Object.fromEntries(
      ["a", "b", "c"].flatMap((pod) => [
        [bucket(pod, "/", "1.0"), "0x120"] as const,
        [bucket(pod, "/", "5.0"), "0+30x120"] as const,
        [bucket(pod, "/", "+Inf"), "0+30x120"] as const,
      ]),
    ),
    notifications: 1,
  },
  {
    alert: "APGDatabaseConnectionsHigh",
    fixture: "K17-data-tier",
    when: "190 of 195 connections are used, in several states",
    series: {
      ...limits(200),
      [connections("active")]: "60x120",
      [connections("idle")]: "120x120",
      [connections("idle in transaction")]: "10x120",
    },
    notifications: 1,
  },
  {
    alert: "APGDatabaseConnectionsHigh",
    fixture: "K17-data-tier",
    when: "all of a server's 100 connections are used",
    series: { ...limits(105), [connections("active")]: "100x120" },
    notifications: 1,
  },
  {
    alert: "APGRedisMemoryUsageHigh",
    fixture: "K17-data-tier",
    when: "maxmemory is not set, so that it is 0",
    series: memory(1e6, 0),
    notifications: 0,
  },
];

async function behaves(groups: readonly RuleGroup[], { alert, series, notifications }: Behaviour) {
  const hour = 3600;
  return testRules({
    groups: groupsFor(groups, alert),
    series,
    interval: 30,
    queries: [
      {
        at: hour,
        query: `sum(${everFiring(hour)})`,
        samples: notifications === 0 ? [] : [{ labels: "{}", value: notifications }],
      },
    ],
  });
}

test.for(
  behaviours.map(
    (each) =>
      [`${each.alert} sends ${each.notifications} when ${each.when}; the guide's does not`, each] as const,
  ),
)("%s", { timeout: 600_000 }, async ([, behaviour]) => {
  const ours = await behaves(renderedGroups(), behaviour);
  expect(ours.output).toContain("SUCCESS");
  const theirs = await behaves(groupsOf(guide(behaviour.fixture)), behaviour);
  expect(theirs.passed).toBe(false);
});

test("each of the guide's five alerts is shown to fail", () => {
  const guides = ["K16-absolute-rates", "K16-vanished-target", "K17-data-tier"].flatMap((name) =>
    groupsOf(guide(name)),
  );
  const shown = new Set(behaviours.map(({ alert }) => alert));
  expect(new Set(alertsOf(guides).map(({ alert }) => alert))).toEqual(shown);
  expect(shown.size).toBe(5);
});

test("a pod cannot forge the labels of its series, as with the guide's honorLabels", () => {
  const monitors = renderedObjects().filter(({ kind }) => kind === "ServiceMonitor");
  expect(monitors.length).toBeGreaterThan(0);
  expect(monitors.filter(forgeable)).toEqual([]);
  expect(forgeable(guide("item-11-honor-labels"))).toBe(true);
});

test("no object asks for a second scrape by annotation, as the guide's Service does (K18)", () => {
  expect(renderedObjects().filter(annotated)).toEqual([]);
  expect(annotated(guide("K18-scraped-twice"))).toBe(true);
});

function forgeable(monitor: JsonObject): boolean {
  return asArray(asObject(monitor["spec"])["endpoints"]).some(
    (each) => asObject(each)["honorLabels"] !== false,
  );
}

function annotated(object: JsonObject): boolean {
  return Object.keys(asObject(asObject(object["metadata"])["annotations"])).some((key) =>
    key.startsWith("prometheus.io/"),
  );
}
