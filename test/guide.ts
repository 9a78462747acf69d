import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { JsonObject } from "../src/kubernetes/manifest.ts";

/**
 * Returns a minimal object with one of the guide's settings that fail, from test/fixtures/guide/<name>.yaml.
 * A rule that such an object does not break proves nothing.
 */
export function guideFixture(name: string): JsonObject {
  const object: JsonObject = parse(
    readFileSync(new URL(`fixtures/guide/${name}.yaml`, import.meta.url), "utf8"),
  );
  return object;
}
