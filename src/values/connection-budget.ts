import type { Values } from "./schema.ts";

// superuser_reserved_connections (PostgreSQL 15).
const reserved = 3;
// The migration, the exporter, operators, and what a base backup or a rehearsal asks besides its replication.
const others = 15;
// A rolling update has one pod too many, and one that was told to stop and has not ended.
const overlap = 2;

/** A value that promises more connections than a server takes. */
interface Excess {
  readonly path: string;
  readonly message: string;
}

/**
 * Returns where the connections that the values permit exceed what the servers take: PgBouncer's clients at the
 * application's largest state, with the loss of one pooler; PgBouncer's own connections to the primary; the
 * application's where it connects to PostgreSQL itself. Nothing for PostgreSQL elsewhere, whose limit nobody here knows.
 */
export function connectionExcesses({ app, env, postgresql }: Values): Excess[] {
  if (!postgresql.enabled) return [];
  const { pooler, settings } = postgresql;
  const { enabled, maxReplicas } = app.autoscaling;
  const pods = (enabled ? maxReplicas : app.replicaCount) + overlap;
  const perWorker = env.DATABASE_POOL_SIZE + env.DATABASE_MAX_OVERFLOW;
  const clients = pods * env.UVICORN_WORKERS * perWorker;
  const room = settings.maxConnections - reserved - others;
  const servers = (pooler.replicas + overlap) * pooler.serverConnections;
  const accepted = Math.max(pooler.replicas - 1, 1) * pooler.clientConnections;
  const application = `${pods} pods x ${env.UVICORN_WORKERS} workers x ${perWorker} connections`;
  const direct = !pooler.enabled || app.readReplicas.postgresql;
  const rules: readonly [boolean, string, string][] = [
    [
      pooler.enabled && servers > room,
      "postgresql.pooler.serverConnections",
      `${pooler.replicas + overlap} poolers in a rolling update would open ${servers} connections; postgresql.settings.maxConnections leaves ${room}`,
    ],
    [
      pooler.enabled && clients > accepted,
      "postgresql.pooler.clientConnections",
      `${application} are ${clients}; with one pooler away the others accept ${accepted}`,
    ],
    [
      direct && clients > room,
      "env.DATABASE_POOL_SIZE",
      `${application} without a pooler are ${clients}; postgresql.settings.maxConnections leaves ${room}`,
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}
