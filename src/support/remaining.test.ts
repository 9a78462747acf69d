import { expect, test } from "vitest";
import { readFiles } from "../output/disk.ts";
import { repository } from "../../test/repository.ts";
import { supportEnds } from "./dates.ts";
import { remaining, runningVersions } from "./remaining.ts";

const committed = runningVersions(await readFiles(repository, ["rendered", "argocd"]));

test("the end of support is known of every version that is rendered", () => {
  const unknown = remaining(committed, supportEnds, 0).filter(({ end }) => end === undefined);
  expect(unknown).toEqual([]);
  const products = new Set(committed.map(({ product }) => product));
  expect([...products]).toEqual(
    expect.arrayContaining(["Kubernetes", "PostgreSQL", "Redis", "cert-manager", "traefik"]),
  );
});

test("each environment's Kubernetes, servers and charts are read from what is rendered for it", () => {
  const files = new Map([
    [
      "rendered/x/postgresql/statefulset.yaml",
      "image: mirror.example.com/library/postgres:15.19-bookworm@sha256:0\n",
    ],
    [
      "rendered/x/redis/statefulset.yaml",
      "image: library/redis:7.2-bookworm@sha256:0\nother: oliver006/redis_exporter:v1.88.0\n",
    ],
    [
      "argocd/vendor/applications/x.yaml",
      'metadata:\n  annotations:\n    apg-cash-management.datacraft.com/kubernetes-version: "1.35"\n',
    ],
    [
      "argocd/vendor/platform/x-keda.yaml",
      "spec:\n  source:\n    chart: keda\n    targetRevision: v2.20.2\n",
    ],
  ]);
  expect(runningVersions(files)).toEqual([
    { product: "PostgreSQL", version: "15", environment: "x" },
    { product: "Redis", version: "7.2", environment: "x" },
    { product: "Kubernetes", version: "1.35", environment: "x" },
    { product: "keda", version: "2.20", environment: "x" },
  ]);
});

test("days are counted to the end of the last day, and what is unknown comes first", () => {
  const running = [
    { product: "PostgreSQL", version: "15", environment: "a" },
    { product: "PostgreSQL", version: "15", environment: "b" },
    { product: "keda", version: "2.20", environment: "a" },
    { product: "Redis", version: "9.9", environment: "a" },
  ];
  const told = remaining(running, supportEnds, Date.parse("2027-11-11T12:00:00Z"));
  expect(told.map(({ product, days, environments }) => [product, days, environments])).toEqual([
    ["Redis", undefined, ["a"]],
    ["PostgreSQL", 0, ["a", "b"]],
    ["keda", undefined, ["a"]],
  ]);
  expect(remaining(running, supportEnds, Date.parse("2027-11-13T00:00:00Z"))[1]?.days).toBe(-2);
});
