import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresql, type Postgresql } from "../../src/components/postgresql.ts";
import { redis, type Redis } from "../../src/components/redis.ts";
import { type Model, seal } from "../../src/kubernetes/manifest.ts";
import { toYaml } from "../../src/output/yaml.ts";
import { readTree, type Tree } from "./tree.ts";

/** Renders components into a folder of YAML files, as an environment is rendered, and reads the folder back. */
export function renderedTree(models: readonly Model[]): Tree {
  const folder = mkdtempSync(join(tmpdir(), "apg-tree-"));
  try {
    for (const model of models) {
      const { kind, name, body } = seal(model, {
        component: "data",
        namespace: "apg-cash-management",
        wave: 0,
      });
      writeFileSync(join(folder, `${kind.toLowerCase()}-${name}.yaml`), toYaml(body));
    }
    return readTree(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Renders PostgreSQL. */
export function postgresqlTree(spec: Postgresql): Tree {
  return renderedTree(postgresql(spec));
}

/** Renders Redis. */
export function redisTree(spec: Redis): Tree {
  return renderedTree(redis(spec));
}
