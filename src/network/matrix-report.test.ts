import { expect, test } from "vitest";
import { asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import { tree } from "../../test/trees.ts";
import { formatMatrices, type Matrix } from "./matrix-report.ts";
import { networkOf, reachability } from "./reachability.ts";

const production: Matrix = {
  environment: "production",
  connections: reachability(networkOf(tree("production"))),
};

test("the terminal shows who may talk to whom on which ports, ends that are treated alike together", () => {
  const page = formatMatrices([production], "terminal");
  expect(page).toContain("production: ");
  expect(page).toMatch(
    /Deployment\/apg-cash-management +apg-cash-management: Deployment\/pgbouncer +TCP 6432\n/,
  );
  expect(page).toMatch(/StatefulSet\/redis-master +TCP 6379\n.*StatefulSet\/redis-replica\n/);
  expect(page).toMatch(/monitoring: app\.kubernetes\.io\/name=prometheus .* TCP 8001$/m);
});

test("json lists each connection by itself, as the matrix has it", () => {
  const { environments }: { environments: readonly JsonObject[] } = JSON.parse(
    formatMatrices([production, { ...production, environment: "other" }], "json"),
  );
  expect(environments.map(({ environment }) => environment)).toStrictEqual(["production", "other"]);
  const connections = environments[0]?.["connections"];
  expect(connections).toHaveLength(production.connections.length);
  expect(connections).toContainEqual({
    from: { kind: "pods", namespace: "apg-cash-management", name: "Deployment/apg-cash-management" },
    to: { kind: "pods", namespace: "apg-cash-management", name: "StatefulSet/redis-replica" },
    ports: [{ protocol: "TCP", first: 6379, last: 6379 }],
  });
});

test("no connection is lost or added where ends stand together", () => {
  const rows = formatMatrices([production], "markdown")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const shown = rows.flatMap(([, from = "", to = "", ports = ""]) =>
    from
      .split("<br>")
      .flatMap((sender) => to.split("<br>").map((receiver) => `${sender} ${receiver} ${ports}`)),
  );
  expect(new Set(shown).size).toBe(shown.length);
  expect(shown).toHaveLength(production.connections.length);
  expect(rows.length).toBeLessThan(production.connections.length / 2);
});

test("mermaid draws each end once and one arrow for each way", () => {
  const lines = formatMatrices([production], "mermaid").split("\n");
  expect(lines[0]).toBe("flowchart LR");
  const nodes = lines.flatMap((line) => /^ {2}(?<node>n\d+)\["/.exec(line)?.groups?.["node"] ?? []);
  expect(new Set(nodes).size).toBe(nodes.length);
  const arrows = lines.flatMap((line) => {
    const { from, to } = /^ {2}(?<from>n\d+) -->\|"[^"]+"\| (?<to>n\d+)$/.exec(line)?.groups ?? {};
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  expect(arrows.length + nodes.length + 2).toBe(lines.length);
  expect(nodes).toStrictEqual(expect.arrayContaining(arrows.flat()));
});

test("a tree without policies is shown as open", () => {
  const open = reachability(networkOf([pod("web", { app: "web" })]));
  expect(formatMatrices([{ environment: "none", connections: open }], "terminal")).toContain("every port");
});

function pod(
  name: string,
  labels: Json,
): { kind: string; name: string; namespace: string; body: JsonObject } {
  const metadata = asObject({ name, labels });
  return { kind: "Pod", name, namespace: "apg", body: { apiVersion: "v1", kind: "Pod", metadata, spec: {} } };
}
