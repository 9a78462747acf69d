import { z } from "zod";
import {
  bytes,
  cronExpression,
  described,
  duration,
  label,
  labelKey,
  labels,
  labelValue,
  port,
  repositoryPath,
  resources,
  seconds,
  share,
} from "./fields.ts";

const spreading = z.enum(["required", "preferred"]);

const autoscaling = z
  .strictObject({
    enabled: described(z.boolean(), "Whether the number of pods follows their load.", true),
    minReplicas: described(z.int().min(1).max(100), "Fewest pods.", 3),
    maxReplicas: described(z.int().min(1).max(100), "Most pods; the quota is derived from it.", 20),
    targetCPUUtilizationPercentage: described(
      z.int().min(1).max(100),
      "CPU use to aim at, in percent of the request.",
      70,
    ),
    targetMemoryUtilizationPercentage: described(
      z.int().min(1).max(100),
      "Memory use to aim at, in percent of the request.",
      80,
    ),
    requestsPerSecond: described(
      z.strictObject({
        enabled: described(z.boolean(), "Whether requests count too, which needs KEDA in the cluster."),
        target: described(z.int().min(1).max(10_000), "Requests a second and pod to aim at.", 100),
        prometheusAddress: described(z.url(), "Where KEDA asks Prometheus."),
      }),
      "Scaling by requests per second.",
    ),
  })
  .refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
    path: ["maxReplicas"],
    message: "must not be below minReplicas",
  });

/** The application: the guide's `app`, and what its Deployment has besides. */
export const application = z.strictObject({
  image: z.strictObject({
    repository: described(repositoryPath, "Repository of the image.", "datacraft/apg-cash-management"),
    pullPolicy: described(
      z.enum(["Always", "IfNotPresent", "Never"]),
      "When the node pulls the image.",
      "IfNotPresent",
    ),
  }),
  replicaCount: described(z.int().min(1).max(100), "Number of pods where autoscaling is off.", 3),
  kubernetesApi: described(
    z.boolean(),
    "Whether the application may read the Kubernetes API: token, Role and network edge.",
  ),
  resources: described(resources, "CPU and memory of one pod."),
  autoscaling: described(autoscaling, "How the number of pods follows the load."),
  nodeSelector: described(labels, "Labels of the nodes that may run the application.", {
    "node-type": "application",
  }),
  tolerations: described(
    z.array(
      z
        .strictObject({
          key: described(labelKey, "Key of the taint."),
          operator: described(z.enum(["Equal", "Exists"]), "How the taint's value is compared."),
          value: described(labelValue.exactOptional(), "Value of the taint."),
          effect: described(z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]), "Effect of the taint."),
        })
        .refine(({ operator, value = "" }) => operator !== "Exists" || value === "", {
          path: ["value"],
          message: "is taken only with operator Equal; Exists tolerates every value",
        }),
    ),
    "Taints of nodes that the application tolerates.",
  ),
  spread: described(
    z.strictObject({
      zones: described(spreading, "Over zones."),
      nodes: described(spreading, "Over nodes."),
    }),
    "How strictly pods keep apart: `required` over one of the two at most.",
  ),
  termination: described(
    z.strictObject({
      drainSeconds: described(
        seconds.max(600),
        "How long a pod that was told to stop keeps serving, while the edge still sends to it.",
      ),
      shutdownSeconds: described(seconds.max(3600), "How long open requests may then take to end."),
    }),
    "How a pod leaves.",
  ),
  volumes: described(
    z.strictObject({
      models: described(bytes, "Most that /app/ml-models may hold.", "10Gi"),
      temporary: described(bytes, "Most that /tmp may hold.", "1Gi"),
      logs: described(bytes, "Most that /app/logs may hold where persistence.logs is off."),
      metrics: described(bytes, "Most that the workers' shared metrics may hold, in memory."),
    }),
    "Sizes of the pod's own directories.",
  ),
  readReplicas: described(
    z.strictObject({
      postgresql: described(z.boolean(), "Whether the application gets the URL of PostgreSQL's replicas."),
      redis: described(z.boolean(), "Whether the application gets the URL of Redis' replicas."),
    }),
    "Reading from replicas, as the guide's picture shows.",
  ),
  migration: described(
    z.strictObject({
      resources: described(resources, "CPU and memory of the migration."),
      // The pod is scheduled and pulls its image within it: below a minute it ends before it has begun.
      deadlineSeconds: described(seconds.min(60), "When the migration is given up."),
    }),
    "The Job that migrates the database, once per release.",
  ),
  smokeTest: described(
    z.strictObject({ resources: described(resources, "CPU and memory of the smoke test.") }),
    "The health check after each sync.",
  ),
  banks: described(z.array(label).min(1), "Banks whose API keys the application gets.", [
    "chase",
    "wells-fargo",
    "bank-of-america",
    "citi",
  ]),
});

const count = z.int().min(1).max(10_000_000);
const flag = z.boolean();

/** The application's configuration, the guide's 32 variables. They are rendered as text into one ConfigMap. */
export const environmentVariables = z.strictObject({
  APG_ENVIRONMENT: described(
    z.enum(["development", "staging", "production"]),
    "Environment, as the application knows it.",
    "production",
  ),
  APG_LOG_LEVEL: described(
    z.enum(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    "Least severe message that is logged.",
    "INFO",
  ),
  APG_DEBUG: described(flag, "Whether the application shows its insides to clients.", "false"),
  DATABASE_POOL_SIZE: described(count.max(1000), "Connections that one worker keeps to the database.", "50"),
  DATABASE_MAX_OVERFLOW: described(
    z.int().min(0).max(1000),
    "Connections that one worker opens beyond its pool.",
    "100",
  ),
  DATABASE_POOL_TIMEOUT: described(seconds, "Seconds that a request waits for a connection.", "30"),
  DATABASE_POOL_RECYCLE: described(seconds, "Seconds after which a connection is replaced.", "3600"),
  REDIS_POOL_SIZE: described(count.max(10_000), "Connections that one worker may open to Redis.", "100"),
  REDIS_SOCKET_TIMEOUT: described(seconds, "Seconds that an answer of Redis may take.", "30"),
  REDIS_SOCKET_CONNECT_TIMEOUT: described(seconds, "Seconds that connecting to Redis may take.", "30"),
  UVICORN_WORKERS: described(z.int().min(1).max(64), "Worker processes in one pod.", "4"),
  UVICORN_MAX_REQUESTS: described(
    count,
    "Requests after which a worker is replaced; Uvicorn reads UVICORN_LIMIT_MAX_REQUESTS, which is rendered from it.",
    "10000",
  ),
  UVICORN_KEEPALIVE: described(seconds, "Names no option of Uvicorn; kept as the guide has it.", "300"),
  UVICORN_TIMEOUT_KEEP_ALIVE: described(
    seconds,
    "Seconds that an idle connection stays open; above ingress.timeouts.idle.",
    "5",
  ),
  ML_MODEL_CACHE_SIZE: described(count, "Models that are kept in memory.", "2000"),
  ML_PREDICTION_BATCH_SIZE: described(count, "Predictions that are made at once.", "5000"),
  ML_TRAINING_SCHEDULE: described(cronExpression, "When models are trained.", "0 2 * * 0"),
  RISK_VAR_CONFIDENCE_LEVEL: described(share, "Confidence level of the value at risk.", "0.95"),
  RISK_STRESS_TEST_FREQUENCY: described(
    z.enum(["hourly", "daily", "weekly", "monthly"]),
    "How often stress tests run.",
    "daily",
  ),
  RISK_ALERT_THRESHOLD: described(share, "Share of loss at which the application warns.", "0.05"),
  RISK_MONTE_CARLO_SIMULATIONS: described(count, "Simulations of one risk calculation.", "100000"),
  BANK_API_TIMEOUT: described(seconds, "Seconds that a bank's answer may take.", "30"),
  BANK_SYNC_FREQUENCY: described(seconds, "Seconds between two synchronisations with a bank.", "300"),
  BANK_RETRY_ATTEMPTS: described(
    z.int().min(0).max(100),
    "How often a failed call to a bank is repeated.",
    "3",
  ),
  BANK_RATE_LIMIT_REQUESTS: described(count, "Calls to one bank within the window.", "1000"),
  BANK_RATE_LIMIT_WINDOW: described(seconds, "Seconds of the window.", "3600"),
  PROMETHEUS_METRICS_PORT: described(port, "Port of the metrics; equal to service.metricsPort.", "8001"),
  FEATURE_ADVANCED_ML_MODELS: described(flag, "Feature flag.", "true"),
  FEATURE_REAL_TIME_OPTIMIZATION: described(flag, "Feature flag.", "true"),
  FEATURE_ADVANCED_RISK_ANALYTICS: described(flag, "Feature flag.", "true"),
  FEATURE_BLOCKCHAIN_INTEGRATION: described(flag, "Feature flag.", "false"),
  FEATURE_MOBILE_API: described(flag, "Feature flag.", "true"),
});

/** What monitoring is rendered. */
export const monitoring = z.strictObject({
  enabled: described(
    z.boolean(),
    "Whether anything of monitoring is rendered; needs Prometheus Operator in the cluster.",
    true,
  ),
  release: described(
    z.string().min(1),
    "Label `release` by which the platform's Prometheus selects monitors and rules.",
    "prometheus",
  ),
  runbookUrl: described(
    z.string().regex(/^https:\/\/\S+\/$/, "expected an https address that ends with /"),
    "Where the runbooks of docs/runbooks are read.",
  ),
  serviceMonitor: z.strictObject({
    enabled: described(z.boolean(), "Whether Prometheus is told what to scrape.", true),
    interval: described(duration, "Time between two scrapes.", "30s"),
  }),
  objectives: described(
    z.strictObject({
      availability: described(share, "Share of requests that succeed."),
      latency: described(share, "Share of requests that are answered within a second."),
    }),
    "Service level objectives that the error budget is derived from.",
  ),
  dashboards: described(
    z.boolean(),
    "Whether Grafana's dashboards are rendered, as ConfigMaps that its sidecar loads.",
  ),
});
