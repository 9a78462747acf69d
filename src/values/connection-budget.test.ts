import { expect, test } from "vitest";
import { parse } from "yaml";
import { completeBase } from "../../test/real-values.ts";
import { valuesSchema, type Values } from "./schema.ts";
import { connectionExcesses } from "./connection-budget.ts";

const values = valuesSchema.parse(parse(await completeBase(), { version: "1.1" }));

test("the defaults stay within what PgBouncer and PostgreSQL take", () => {
  expect(connectionExcesses(values)).toEqual([]);
});

test("poolers of a rolling update may not open more than the primary takes", () => {
  const [excess] = excesses((changed) => {
    changed.postgresql.pooler.serverConnections = 46;
  });
  expect(excess).toEqual({
    path: "postgresql.pooler.serverConnections",
    message:
      "4 poolers in a rolling update would open 184 connections; postgresql.settings.maxConnections leaves 182",
  });
});

test("the guide's pool sizes exceed what one pooler accepts while the other is away", () => {
  const [excess] = excesses(({ env }) => {
    env.DATABASE_POOL_SIZE = 50;
    env.DATABASE_MAX_OVERFLOW = 100;
  });
  expect(excess).toEqual({
    path: "postgresql.pooler.clientConnections",
    message: "22 pods x 4 workers x 150 connections are 13200; with one pooler away the others accept 3000",
  });
});

test("an application that connects to PostgreSQL itself has to fit into max_connections", () => {
  const direct = excesses(({ postgresql }) => {
    postgresql.pooler.enabled = false;
  });
  const reading = excesses(({ app }) => {
    app.readReplicas.postgresql = true;
  });
  expect(direct.map(({ path }) => path)).toEqual(["env.DATABASE_POOL_SIZE"]);
  expect(reading).toEqual(direct);
  const small = excesses(({ env, postgresql }) => {
    postgresql.pooler.enabled = false;
    env.DATABASE_POOL_SIZE = 1;
    env.DATABASE_MAX_OVERFLOW = 1;
  });
  expect(small).toEqual([]);
});

test("a fixed number of pods counts with those of a rolling update, and a server elsewhere is not judged", () => {
  const [excess] = excesses(({ app, postgresql }) => {
    app.autoscaling.enabled = false;
    app.replicaCount = 3;
    postgresql.pooler.clientConnections = 599;
  });
  expect(excess?.message).toContain("5 pods x 4 workers x 30 connections are 600");
  const elsewhere = excesses(({ postgresql }) => {
    postgresql.enabled = false;
    postgresql.pooler.enabled = false;
  });
  expect(elsewhere).toEqual([]);
});

function excesses(change: (values: Values) => void) {
  const changed: Values = structuredClone(values);
  change(changed);
  return connectionExcesses(changed);
}
