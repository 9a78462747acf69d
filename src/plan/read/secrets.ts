import { createHmac, randomBytes } from "node:crypto";
import { at, isObject, mapAt, type Json, type JsonObject } from "../json.ts";

/** A keyed hash for each key of a Secret: it can tell that a key changed, and nothing else. */
export type Fingerprints = ReadonlyMap<string, string>;

/** What stands in place of a value that is not shown. */
export const withheld = "(withheld)";

// Made for this process and never written: whoever reads the plan cannot test a guess against a fingerprint.
const runKey = randomBytes(32);

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Returns the object without what must never be shown. Of a Secret only its metadata, type, immutability and the names
 * of its keys stay; of every object the annotation in which client-side apply repeats the whole manifest goes.
 */
export function withoutSecretData(body: JsonObject): { body: JsonObject; fingerprints?: Fingerprints } {
  const clean = withoutLastApplied(body);
  if (clean["kind"] !== "Secret" || clean["apiVersion"] !== "v1") return { body: clean };
  const { apiVersion, kind, metadata, type, immutable } = clean;
  const data = mapAt(clean, "data");
  const text = mapAt(clean, "stringData");
  const keys = [...new Set([...Object.keys(data), ...Object.keys(text)])].toSorted();
  const scope = JSON.stringify([mapAt(metadata)["namespace"] ?? "", mapAt(metadata)["name"] ?? ""]);
  const fingerprints = new Map(
    keys.map((key) => [key, fingerprint(scope, key, bytesOf(at(data, key), at(text, key)))]),
  );
  const known = { apiVersion, kind, metadata, type, immutable };
  const kept = Object.entries(known).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const names = Object.fromEntries(keys.map((key) => [key, withheld]));
  return {
    body: Object.fromEntries([...kept, ...(keys.length > 0 ? [["data", names] as const] : [])]),
    fingerprints,
  };
}

function withoutLastApplied(body: JsonObject): JsonObject {
  const metadata = body["metadata"];
  const annotations = isObject(metadata) ? metadata["annotations"] : undefined;
  if (!isObject(metadata) || !isObject(annotations) || !Object.hasOwn(annotations, lastApplied)) return body;
  const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== lastApplied));
  return { ...body, metadata: { ...metadata, annotations: others } };
}

// stringData wins over data, and the server stores it as base64: the same bytes in either form are no change.
function bytesOf(data: Json | undefined, text: Json | undefined): Buffer {
  if (text !== undefined) return Buffer.from(typeof text === "string" ? text : JSON.stringify(text));
  return typeof data === "string" ? Buffer.from(data, "base64") : Buffer.from(JSON.stringify(data ?? null));
}

// The object's own name is part of the hash, so that equal values in two Secrets cannot be told to be equal.
function fingerprint(scope: string, key: string, bytes: Buffer): string {
  return createHmac("sha256", runKey)
    .update(scope)
    .update("\0")
    .update(key)
    .update("\0")
    .update(bytes)
    .digest("base64");
}
