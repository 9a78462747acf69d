import { expect, test } from "vitest";
import { closest, editDistance } from "./spelling.ts";

test("distance counts inserted, removed, replaced and swapped letters", () => {
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("replicas", "replica")).toBe(1);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("hots", "host")).toBe(1);
  expect(editDistance("same", "same")).toBe(0);
});

test("the nearest candidate is meant, the first of equals in the alphabet", () => {
  expect(closest("replicaCont", ["minReplicas", "replicaCount"])).toBe("replicaCount");
  expect(closest("boot", ["foot", "boat"])).toBe("boat");
});

test("another case or punctuation is the same word", () => {
  expect(closest("replica_count", ["replicaCount"])).toBe("replicaCount");
  expect(closest("values.yml", ["release.yaml", "values.yaml"])).toBe("values.yaml");
});

test("a word that resembles nothing gets no suggestion", () => {
  expect(closest("colour", ["size", "replicas"])).toBeUndefined();
  expect(closest("tls", ["dns", "url"])).toBeUndefined();
  expect(closest("x", [])).toBeUndefined();
});
