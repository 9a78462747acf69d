import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Postgresql } from "../../src/components/postgresql.ts";
import type { Pgbouncer } from "../../src/components/pgbouncer.ts";
import type { PostgresqlBackup } from "../../src/components/postgresql-backup.ts";
import type { RedisBackup } from "../../src/components/redis-backup.ts";
import type { Redis } from "../../src/components/redis.ts";
import type { Inputs } from "../../src/system/context.ts";
import {
  pgbouncerSpec,
  postgresqlBackupSpec,
  postgresqlSpec,
  redisBackupSpec,
  redisSpec,
} from "../../src/system/data.ts";
import { readBaseFiles } from "../../src/values/folders.ts";
import { mergeNodes } from "../../src/values/merge.ts";
import { releaseSchema } from "../../src/values/release.ts";
import { valuesSchema } from "../../src/values/schema.ts";
import { toPlain, type SourceNode } from "../../src/values/source-node.ts";
import { parseYaml } from "../../src/values/yaml-source.ts";
import { repository } from "../repository.ts";

// What the system makes of an environment's values; a scenario changes the one that it is about.
const small = await inputsOf("test/fixtures/environments/small");

/** Returns PostgreSQL in the smallest sizes that still behave like the large ones. */
export function smallPostgresql(): Postgresql {
  return postgresqlSpec(small);
}

/** Returns backups of the small PostgreSQL. */
export function smallPostgresqlBackup(): PostgresqlBackup {
  return postgresqlBackupSpec(small);
}

/** Returns backups of the small Redis. */
export function smallRedisBackup(): RedisBackup {
  return redisBackupSpec(small);
}

/** Returns PgBouncer with few connections. */
export function smallPgbouncer(): Pgbouncer {
  return pgbouncerSpec(small);
}

/** Returns Redis in the smallest sizes that still behave like the large ones. */
export function smallRedis(): Redis {
  return redisSpec(small);
}

async function inputsOf(folder: string): Promise<Inputs> {
  const values = mergeNodes(read("base/values.yaml"), read(`${folder}/values.yaml`));
  const { value: files } = await readBaseFiles(repository);
  return {
    values: valuesSchema.parse(toPlain(values)),
    release: releaseSchema.parse(toPlain(read(`${folder}/release.yaml`))),
    files,
  };
}

function read(path: string): SourceNode {
  const { node } = parseYaml(path, readFileSync(join(repository, path), "utf8"));
  if (node === undefined) throw new Error(`${path} is no YAML`);
  return node;
}
