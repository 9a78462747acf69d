import type { Draw } from "./draw.ts";
import { container, type PlainMap, resources, schedule } from "./parts.ts";

/** How many clients of the databases there may be at most, drawn first and split by what follows. */
export interface ClientBudget {
  /** Connections of one application pod's workers, all together. */
  readonly pods: number;
  readonly workers: number;
  readonly perWorker: number;
  readonly redisPool: number;
}

/** What decides the application's values besides its own draws. */
export interface ApplicationContext {
  readonly budget: ClientBudget;
  readonly production: boolean;
  readonly kubernetesApi: boolean;
  readonly monitoring: boolean;
  readonly replicas: { readonly postgresql: boolean; readonly redis: boolean };
}

/** Draws `app`. */
export function application(draw: Draw, context: ApplicationContext): PlainMap {
  const { budget, production, kubernetesApi, monitoring, replicas } = context;
  const least = production ? 2 : 1;
  const autoscaled = draw.bool();
  const memory = draw.int(128, container.memory[1]);
  const idle = draw.int(1, 100);
  return {
    image: {
      repository: `${draw.name()}/${draw.name()}`,
      pullPolicy: draw.pick(["Always", "IfNotPresent", "Never"]),
    },
    replicaCount: autoscaled ? draw.int(1, 100) : budget.pods,
    kubernetesApi,
    // Its directories below hold 140 GiB at most.
    resources: resources(draw, memory, 140),
    autoscaling: {
      enabled: autoscaled,
      ...(autoscaled
        ? { minReplicas: draw.int(least, budget.pods), maxReplicas: budget.pods }
        : { minReplicas: draw.int(1, idle), maxReplicas: idle }),
      targetCPUUtilizationPercentage: draw.int(1, 100),
      targetMemoryUtilizationPercentage: draw.int(1, 100),
      requestsPerSecond: {
        enabled: monitoring && draw.bool(),
        target: draw.int(1, 10_000),
        prometheusAddress: `http://${draw.name()}.${draw.name()}.svc:9090`,
      },
    },
    nodeSelector: Object.fromEntries(draw.list(0, 2, () => [draw.name(), draw.name()])),
    tolerations: draw.list(0, 2, () => ({
      key: draw.name(),
      ...(draw.bool() ? { operator: "Equal", value: draw.name() } : { operator: "Exists" }),
      effect: draw.pick(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    })),
    spread: spread(draw),
    volumes: {
      models: `${draw.int(1, 100)}Gi`,
      temporary: `${draw.int(1, 20)}Gi`,
      logs: `${draw.int(1, 20)}Gi`,
      metrics: `${draw.int(1, memory - 1)}Mi`,
    },
    readReplicas: replicas,
    migration: { resources: resources(draw), deadlineSeconds: draw.int(60, 86_400) },
    smokeTest: { resources: resources(draw) },
    banks: [...new Set(draw.list(1, 6, () => draw.name()))],
  };
}

// Required over both, pods stay pending where zones have unequal numbers of nodes.
function spread(draw: Draw): PlainMap {
  const strictness = (): string => draw.pick(["required", "preferred"]);
  const [zones, nodes] = [strictness(), strictness()];
  return { zones, nodes: zones === "required" ? "preferred" : nodes };
}

/** How long things wait for each other: the innermost gives up first. */
export interface Waiting {
  readonly connect: number;
  readonly response: number;
  readonly idle: number;
  readonly keepAlive: number;
  readonly pool: number;
  readonly drain: number;
  readonly shutdown: number;
}

/** Draws the budget of the longest answer, and what has to end before and after it. */
export function waiting(draw: Draw, edge: boolean): Waiting {
  // Without an edge nobody waits there, so each stands alone.
  const response = edge ? draw.int(2, 3599) : draw.int(1, 86_400);
  const idle = edge ? draw.int(1, 86_399) : draw.int(1, 86_400);
  return {
    connect: draw.int(1, 86_400),
    response,
    idle,
    keepAlive: edge ? draw.int(idle + 1, 86_400) : draw.int(1, 86_400),
    pool: edge ? draw.int(1, response - 1) : draw.int(1, 86_400),
    drain: draw.int(1, 600),
    shutdown: edge ? draw.int(response + 1, 3600) : draw.int(1, 3600),
  };
}

/** Draws `env`. */
export function environmentVariables(
  draw: Draw,
  { budget, waits, metricsPort }: { budget: ClientBudget; waits: Waiting; metricsPort: number },
): PlainMap {
  const count = (): number => draw.int(1, 10_000_000);
  const seconds = (): number => draw.int(1, 86_400);
  const pool = draw.int(1, Math.min(1000, budget.perWorker));
  return {
    APG_ENVIRONMENT: draw.pick(["development", "staging", "production"]),
    APG_LOG_LEVEL: draw.pick(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    APG_DEBUG: draw.bool(),
    DATABASE_POOL_SIZE: pool,
    DATABASE_MAX_OVERFLOW: draw.int(0, Math.min(1000, budget.perWorker - pool)),
    DATABASE_POOL_TIMEOUT: waits.pool,
    DATABASE_POOL_RECYCLE: seconds(),
    REDIS_POOL_SIZE: draw.int(1, budget.redisPool),
    REDIS_SOCKET_TIMEOUT: seconds(),
    REDIS_SOCKET_CONNECT_TIMEOUT: seconds(),
    UVICORN_WORKERS: budget.workers,
    UVICORN_MAX_REQUESTS: count(),
    UVICORN_KEEPALIVE: seconds(),
    UVICORN_TIMEOUT_KEEP_ALIVE: waits.keepAlive,
    ML_MODEL_CACHE_SIZE: count(),
    ML_PREDICTION_BATCH_SIZE: count(),
    ML_TRAINING_SCHEDULE: schedule(draw),
    RISK_VAR_CONFIDENCE_LEVEL: draw.int(1, 99) / 100,
    RISK_STRESS_TEST_FREQUENCY: draw.pick(["hourly", "daily", "weekly", "monthly"]),
    RISK_ALERT_THRESHOLD: draw.int(1, 99) / 100,
    RISK_MONTE_CARLO_SIMULATIONS: count(),
    BANK_API_TIMEOUT: seconds(),
    BANK_SYNC_FREQUENCY: seconds(),
    BANK_RETRY_ATTEMPTS: draw.int(0, 100),
    BANK_RATE_LIMIT_REQUESTS: count(),
    BANK_RATE_LIMIT_WINDOW: seconds(),
    PROMETHEUS_METRICS_PORT: metricsPort,
    FEATURE_ADVANCED_ML_MODELS: draw.bool(),
    FEATURE_REAL_TIME_OPTIMIZATION: draw.bool(),
    FEATURE_ADVANCED_RISK_ANALYTICS: draw.bool(),
    FEATURE_BLOCKCHAIN_INTEGRATION: draw.bool(),
    FEATURE_MOBILE_API: draw.bool(),
  };
}
