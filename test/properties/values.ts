import { asObject } from "../../src/kubernetes/manifest.ts";
import { application, type ClientBudget, environmentVariables, waiting } from "./application.ts";
import { postgresql, type PostgresqlBudget, postgresqlBudget, redis } from "./data.ts";
import { type Draw, drawn } from "./draw.ts";
import { block, digest, type PlainMap } from "./parts.ts";
import { argocd, backupCopy, images, ingress, monitoring, network, persistence, store } from "./platform.ts";

/** The two files of a random environment, as plain data; written as YAML they are what a person would write. */
export interface RandomEnvironment {
  readonly values: PlainMap;
  readonly release: PlainMap;
}

/**
 * Returns a random valid environment: the same seed returns the same. Budgets are drawn first (memory, connections,
 * waiting, volumes) and split, so that what has to fit together does; neither the schema nor the checks are asked.
 */
export function randomEnvironment(seed: number): RandomEnvironment {
  return drawn(seed, (draw) => ({ values: environmentValues(draw), release: release(draw) }));
}

function environmentValues(draw: Draw): PlainMap {
  const environment = draw.pick(["production", "staging", "development", draw.name()]);
  const production = environment === "production";
  const database = postgresqlBudget(draw, { production });
  const cache = { enabled: !draw.once(4), replicas: draw.int(0, 8) };
  const clients = clientBudget(draw, { database, production, redis: cache.enabled });
  const edge = !draw.once(4);
  const waits = waiting(draw, edge);
  const monitored = !draw.once(4);
  const [port, metricsPort] = draw.pick([
    [8000, 8001],
    [1, 65_535],
    [65_535, 1],
    [draw.int(1, 30_000), draw.int(30_001, 65_535)],
  ] as const);
  const kubernetesApi = draw.bool();
  const classes = draw.bool();
  const credentials = store(draw);
  const generated = credentials["provider"] === "generated";
  const pullSecret = !generated && draw.bool();
  const standard = database.volume >= 200 && draw.bool();
  const storageClass = (): PlainMap => {
    if (draw.bool()) return {};
    if (!classes) return { storageClass: `disks-${draw.name()}` };
    return { storageClass: standard ? draw.pick(["apg-ssd-fast", "apg-ssd-standard"]) : "apg-ssd-fast" };
  };
  const direct = database.enabled && clients.direct;
  const routes = ingress(draw, { enabled: edge, waits, generated });
  const databaseValues = postgresql(draw, { budget: { ...database, pooled: clients.pooled }, storageClass });
  const cacheValues = redis(draw, { ...cache, storageClass: () => (classes ? {} : storageClass()) });
  const kept = (database.enabled && keeps(databaseValues)) || (cache.enabled && keeps(cacheValues));
  const copy = backupCopy(draw, kept && !generated);
  const copied = copy["bucket"] !== undefined;
  return {
    environment,
    global: {
      imageRegistry: draw.pick(["docker.io", `registry.${draw.name()}.example/apg`]),
      imagePullSecrets: pullSecret ? ["registry-pull-secret"] : [],
      storageClass: classes ? "apg-ssd-fast" : draw.name(),
    },
    cluster: {
      kubernetesVersion: `1.${draw.int(25, 37)}`,
      ...(kubernetesApi || draw.bool()
        ? { apiServer: { blocks: draw.list(1, 2, () => block(draw)), port: draw.int(1, 65_535) } }
        : {}),
      ...(classes ? { storageClasses: { zones: [`${draw.name()}-a`, `${draw.name()}-b`] } } : {}),
    },
    app: {
      ...application(draw, {
        budget: clients,
        production,
        kubernetesApi,
        monitoring: monitored,
        replicas: {
          postgresql: direct && database.replicas > 0 && draw.bool(),
          redis: cache.enabled && cache.replicas > 0 && draw.bool(),
        },
      }),
      termination: { drainSeconds: waits.drain, shutdownSeconds: waits.shutdown },
    },
    service: { port, metricsPort },
    ingress: routes,
    postgresql: databaseValues,
    redis: cacheValues,
    backupCopy: copy,
    images: images(draw),
    secrets: {
      store: credentials,
      refreshInterval: `${draw.int(1, 59)}${draw.pick(["s", "m", "h"])}`,
      pullSecret,
    },
    monitoring: monitoring(draw, monitored),
    network: network(draw, [
      "application",
      "migration",
      "smoke-test",
      ...(database.enabled ? ["postgres"] : []),
      ...(database.enabled && clients.pooled ? ["pgbouncer"] : []),
      ...(database.enabled && keeps(databaseValues)
        ? ["postgres-backup", "postgres-base-backup", "postgres-restore-rehearsal"]
        : []),
      ...(cache.enabled ? ["redis"] : []),
      ...(cache.enabled && keeps(cacheValues) ? ["redis-dump", "redis-restore-rehearsal"] : []),
      ...(database.enabled && keeps(databaseValues) && copied ? ["postgres-backup-copy"] : []),
    ]),
    persistence: persistence(draw),
    argocd: argocd(draw),
    env: environmentVariables(draw, { budget: clients, waits, metricsPort }),
    quota: draw.bool() ? {} : { pods: "10000", "requests.cpu": "100k", "limits.memory": "1000Ti" },
  };
}

/** Whether the backups of a server are switched on. */
function keeps(server: PlainMap): boolean {
  return asObject(server["backup"])["enabled"] === true;
}

interface Clients extends ClientBudget {
  readonly pooled: boolean;
  /** Whether the pools fit PostgreSQL without a pooler too. */
  readonly direct: boolean;
}

/** Splits what the databases accept: pods first, then workers, then the pools of one worker. */
function clientBudget(
  draw: Draw,
  context: { readonly database: PostgresqlBudget; readonly production: boolean; readonly redis: boolean },
): Clients {
  const { database, production, redis: cached } = context;
  const least = production ? 2 : 1;
  // Twice the pods, while the old ones still end, and one of a rolling update.
  const accepted = acceptedBy(database);
  const direct = Math.max(1, database.maxConnections - 40);
  const enough = 2 * least + 3;
  const pooled = database.enabled && accepted >= enough && database.pooled;
  const open = database.enabled ? (pooled ? accepted : direct) : 1_000_000;
  const sockets = cached ? 9_900 : 1_000_000;
  const pods = draw.int(least, Math.max(least, Math.min(100, Math.floor((Math.min(open, sockets) - 3) / 2))));
  const peak = 2 * pods + 3;
  const workers = draw.int(1, Math.max(1, Math.min(64, Math.floor(Math.min(open, sockets) / peak))));
  const perWorker = Math.max(1, Math.floor(open / (peak * workers)));
  return {
    pods,
    workers,
    perWorker: Math.min(2000, perWorker),
    redisPool: Math.min(10_000, Math.max(1, Math.floor(sockets / (peak * workers)))),
    pooled,
    direct: perWorker * peak * workers <= direct,
  };
}

/** Clients that the poolers accept beside their exporters, should one of them be away. */
function acceptedBy({ poolers, clientConnections }: PostgresqlBudget): number {
  return Math.max(poolers - 1, 1) * (clientConnections - 1);
}

function release(draw: Draw): PlainMap {
  return {
    version: `${draw.int(0, 20)}.${draw.int(0, 99)}.${draw.int(0, 99)}${draw.once(4) ? `-rc.${draw.int(1, 9)}` : ""}`,
    digest: digest(draw),
    migration: draw.pick(["none", "reversible", "one-way"]),
  };
}
