import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { applied } from "../api/client.ts";
import { at, listAt, type KubernetesObject } from "../api/object.ts";
import { ofKinds, secretBytes, startApiServer } from "../consumer.ts";
import { programPath, type ControlPlane } from "../control-plane.ts";
import { namespace } from "../environment.ts";
import { freePort } from "../processes/ports.ts";
import { whileAllRun, type RunningProgram } from "../processes/processes.ts";
import { record } from "../record.ts";
import { programs } from "../tools/catalogue.ts";
import { readObjects } from "../tree.ts";

const name = "production";
let controlPlane: ControlPlane;
let operator: RunningProgram;
let objects: readonly KubernetesObject[];

beforeAll(async () => {
  objects = ofKinds(await readObjects(`rendered/${name}`), "ServiceMonitor", "PrometheusRule");
  ({ controlPlane } = await startApiServer(["prometheusOperatorCrds"], objects));
  const { processes, kubeconfig, admin } = controlPlane;
  operator = await processes.start({
    name: "prometheus-operator",
    command: await programPath("prometheusOperator"),
    environment: { KUBECONFIG: kubeconfig },
    arguments: [`--web.listen-address=127.0.0.1:${await freePort()}`, "--web.enable-tls=false"],
  });
  await applied(admin, prometheus);
});
afterAll(async () => await controlPlane.processes.stop());

// The guide's release is named prometheus; its Prometheus takes monitors and rules with that label, from everywhere.
const chosen = { matchLabels: { release: "prometheus" } };
const prometheus: KubernetesObject = {
  apiVersion: "monitoring.coreos.com/v1",
  kind: "Prometheus",
  metadata: { name: "main", namespace },
  spec: {
    // The release of the promtool that judges the configuration.
    version: "v3.5.0",
    serviceMonitorSelector: chosen,
    serviceMonitorNamespaceSelector: {},
    ruleSelector: chosen,
    ruleNamespaceSelector: {},
  },
};

test("the operator makes a configuration of every ServiceMonitor, which promtool accepts", async () => {
  const reference = { apiVersion: "v1", kind: "Secret", name: "prometheus-main", namespace };
  const secret = await whileAllRun(
    [operator],
    controlPlane.admin.until(reference, (found) => found !== undefined && jobs(found).length > 0),
  );
  const monitors = ofKinds(objects, "ServiceMonitor");
  const expected = monitors.flatMap(({ metadata, ...body }) =>
    listAt(body, "spec", "endpoints").map(
      (_, index) => `serviceMonitor/${namespace}/${metadata.name}/${index}`,
    ),
  );
  expect(jobs(secret)).toEqual(expected.toSorted());
  const file = join(controlPlane.processes.folder, "prometheus.yaml");
  await writeFile(file, configuration(secret));
  const { stdout } = await promtool("check", "config", "--syntax-only", file);
  expect(stdout).toContain("is valid prometheus config file syntax");
  await prove(
    "turns the ServiceMonitors into a configuration that promtool accepts",
    `${expected.length} jobs`,
  );
});

test("the operator takes every rule, and promtool accepts the files that it makes of them", async () => {
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "prometheus-main-rulefiles-0", namespace };
  const rules = ofKinds(objects, "PrometheusRule");
  const files = await whileAllRun(
    [operator],
    controlPlane.admin.until(reference, (found) => texts(found).length >= rules.length),
  );
  const expected = groups(rules.map((rule) => at(rule, "spec")));
  const made = groups(texts(files).map((text): unknown => parse(text)));
  expect(made.map((group) => at(group, "name"))).toEqual(expected.map((group) => at(group, "name")));
  const counts = made.map((group) => listAt(group, "rules").length);
  expect(counts).toEqual(expected.map((group) => listAt(group, "rules").length));
  const total = counts.reduce((sum, count) => sum + count, 0);
  for (const [index, text] of texts(files).entries()) {
    const file = join(controlPlane.processes.folder, `rules-${index}.yaml`);
    await writeFile(file, text);
    const { stdout } = await promtool("check", "rules", file);
    expect(stdout).toContain("SUCCESS");
  }
  await prove("takes the rules, and promtool accepts the files that it makes of them", `${total} rules`);
});

async function promtool(...list: readonly string[]): Promise<{ readonly stdout: string }> {
  return await promisify(execFile)(await programPath("promtool"), list);
}

function groups(list: readonly unknown[]): readonly unknown[] {
  return list.flatMap((value) => listAt(value, "groups"));
}

function configuration(secret: KubernetesObject | undefined): string {
  return gunzipSync(secretBytes(secret, "prometheus.yaml.gz")).toString("utf8");
}

function jobs(secret: KubernetesObject | undefined): readonly string[] {
  return listAt(parse(configuration(secret)), "scrape_configs")
    .map((job) => String(at(job, "job_name")))
    .toSorted();
}

function texts(configMap: KubernetesObject | undefined): readonly string[] {
  return Object.values(Object(configMap?.["data"]));
}

async function prove(what: string, count: string): Promise<void> {
  await record({
    claim: `prometheus-operator, built from its module, ${what} (${name})`,
    against: [`prometheus-operator ${programs.prometheusOperator.version}`, "promtool 3.5.0"],
    count,
    pods: "none",
  });
}
