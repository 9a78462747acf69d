import { expect, test } from "vitest";
import type { Json, Manifest } from "../kubernetes/manifest.ts";
import { changed, changedText, manifestOf, tree, without } from "../../test/trees.ts";
import { testRule } from "../../test/rule-cases.ts";
import { network } from "./network.ts";

testRule(network);

const application = "NetworkPolicy/apg-cash-management-netpol";
const found = (manifests: readonly Manifest[]): readonly string[] =>
  [...network.check(manifests)].map(
    ({ manifest: { kind, name }, path, message }) => `${kind}/${name} ${path} ${message}`,
  );

test.for<readonly [string, string, Json | undefined, string]>([
  [
    "a larger block",
    "egress[4].to[0].ipBlock.cidr",
    "203.0.112.0/23",
    "203.0.112.0/23 outside of 203.0.113.0/24: TCP 443",
  ],
  ["every address", "egress[4].to", undefined, "every other address: TCP 443"],
  ["more ports", "egress[0].ports[0].endPort", 6500, "pgbouncer: TCP 6433–6500"],
  ["every port", "egress[1].ports", undefined, "StatefulSet/redis-master: TCP 1–6378"],
  ["another protocol", "egress[0].ports[0].protocol", "UDP", "pgbouncer: UDP 6432"],
  ["all pods of a namespace", "ingress[0].from[0].podSelector", undefined, "traefik: any other pod → "],
  [
    "all namespaces",
    "ingress[0].from[0].namespaceSelector",
    {},
    "any other namespace: app.kubernetes.io/name=traefik → ",
  ],
  ["everybody", "ingress[0].from", undefined, "any other namespace: any other pod → "],
])("%s on one side alone is reported with the policy", ([, path, value, expected]) => {
  const message = found(changed(tree(), application, `spec.${path}`, value)).join("\n");
  expect(message).toContain(
    `${application} spec.${path.slice(0, path.indexOf("["))} opens what nothing in the tree needs`,
  );
  expect(message).toContain(expected);
});

test.for<readonly [string, string, string, Json | undefined, readonly string[]]>([
  [
    "the database's ingress",
    "NetworkPolicy/postgres-netpol",
    "spec.podSelector.matchLabels.app",
    "postgresql",
    [
      "Deployment/pgbouncer spec needs ingress",
      "ConfigMap/pgbouncer-config pgbouncer.ini",
      "postgres-primary: TCP 5432",
    ],
  ],
  [
    "a metrics port",
    "NetworkPolicy/pgbouncer-netpol",
    "spec.ingress[1].ports[0].port",
    9128,
    ["port metrics", "Deployment/pgbouncer: TCP 9127"],
  ],
  [
    "names",
    "NetworkPolicy/redis-netpol",
    "spec.egress[1].ports[0].protocol",
    "TCP",
    ["the names that pods with app=redis call", "k8s-app=kube-dns: UDP 53"],
  ],
  [
    "the edge",
    application,
    "spec.ingress[0].ports[0].port",
    8080,
    ["because of Ingress/apg-cash-management-ingress", "Deployment/apg-cash-management: TCP 8000"],
  ],
  [
    "the edge's namespace",
    application,
    'spec.ingress[0].from[0].namespaceSelector.matchLabels["kubernetes.io/metadata.name"]',
    "edge",
    ["traefik: app.kubernetes.io/name=traefik → "],
  ],
  [
    "the solver",
    "NetworkPolicy/certificate-solver-netpol",
    "spec.ingress[0].ports[0].port",
    8090,
    ["because of Issuer/letsencrypt-production", "http01-solver=true: TCP 8089"],
  ],
  [
    "the banks",
    application,
    "spec.egress[4].to[0].ipBlock.except",
    ["203.0.113.64/26"],
    ["the Namespace's declaration, banks", "203.0.113.0/24"],
  ],
  [
    "the API server",
    application,
    "spec.egress[3].ports[0].port",
    6443,
    ["mounts a token", "172.16.0.0/28: TCP 443"],
  ],
])("%s that is closed is reported with who needs it", ([, object, path, value, expected]) => {
  const message = found(changed(tree(), object, path, value)).join("\n");
  for (const part of expected) expect(message).toContain(part);
});

test("a policy that is gone is missed on both sides: pods nobody selects are open, or closed by the rule for all", () => {
  expect(found(without(tree(), "NetworkPolicy/default-deny")).join("\n")).toContain(
    "no policy closes the ingress of these pods",
  );
  expect(found(without(tree(), "NetworkPolicy/pgbouncer-netpol")).join("\n")).toContain(
    "Deployment/apg-cash-management spec needs ingress",
  );
});

test("what is called on another port, or by a name that no Service has, is reported", () => {
  const secrets = "ExternalSecret/apg-cash-management-secrets";
  const url = "redis://application:x@redis-master-service:6380/0";
  const port = changed(tree(), secrets, 'spec.target.template.data["redis-url"]', url);
  expect(found(port).join("\n")).toContain(
    "env REDIS_URL calls redis-master-service:6380, but that Service has the ports 6379",
  );
  const smokeTest = "Job/apg-cash-management-smoke-test";
  expect(found(without(tree(), "Service/pgbouncer")).join("\n")).toContain(
    "env DATABASE_URL calls pgbouncer:6432, but no Service has that name",
  );
  expect(
    found(tree().filter((manifest) => `${manifest.kind}/${manifest.name}` !== smokeTest)).join("\n"),
  ).toContain("apg-cash-management-netpol spec.ingress opens what nothing in the tree needs");
  const moved = changedText(
    tree(),
    "ConfigMap/pgbouncer-config",
    "pgbouncer.ini",
    "host=postgres-primary-service",
    "host=10.0.0.1",
  );
  expect(found(moved).join("\n")).toContain("postgres-netpol spec.ingress opens");
});

test("a port that only the Service or only the pod changes is reported", () => {
  expect(found(changed(tree(), "Service/pgbouncer", "spec.ports[0].targetPort", 6433)).join("\n")).toContain(
    "Deployment/pgbouncer: TCP 6433",
  );
});

test("without policies every pod is open, and the table stays short", () => {
  const all = tree().filter(({ kind }) => kind !== "NetworkPolicy");
  const messages = found(all);
  expect(messages).toHaveLength(2);
  expect(messages[0]).toMatch(/^Namespace\/apg-cash-management spec\.egress no policy closes/);
  expect(messages[0]?.split("\n")).toHaveLength(14);
});

test("the guide's policy leaves the database open and selects namespaces by labels that they do not have (K14)", () => {
  const guide = manifestOf({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "apg-cash-management-netpol", namespace: "apg-cash-management" },
    spec: {
      podSelector: { matchLabels: { app: "apg-cash-management" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { name: "ingress-nginx" } } }],
          ports: [{ protocol: "TCP", port: 8000 }],
        },
      ],
      egress: [{ to: [], ports: [{ protocol: "TCP", port: 443 }] }],
    },
  });
  const messages = found([...tree().filter(({ kind }) => kind !== "NetworkPolicy"), guide]).join("\n");
  expect(messages).toContain("no policy closes the ingress of these pods");
  expect(messages).toContain("every other address: TCP 443");
  expect(messages).toContain("needs ingress that no network policy opens, because of Ingress/");
});
