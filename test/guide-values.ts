import type { Json } from "../src/kubernetes/manifest.ts";
import type { ValuePath } from "../src/values/path.ts";

/** A key of the guide's Helm values, with what the guide sets there, and what becomes of it. */
export interface GuideValue {
  readonly path: ValuePath;
  readonly value: Json;
  readonly fate: "works" | "moved" | "refused";
  /** Values that it needs beside it. */
  readonly besides?: Json;
}

const amounts = (
  workload: ValuePath,
  [requestCpu, requestMemory, limitCpu, limitMemory]: readonly Json[],
) => [
  works([...workload, "resources", "requests", "cpu"], requestCpu),
  works([...workload, "resources", "requests", "memory"], requestMemory),
  works([...workload, "resources", "limits", "cpu"], limitCpu),
  works([...workload, "resources", "limits", "memory"], limitMemory),
];

const volume = (workload: ValuePath, size: string) => [
  refused([...workload, "persistence", "enabled"], true),
  works([...workload, "persistence", "storageClass"], "apg-ssd-fast"),
  works([...workload, "persistence", "size"], size),
];

const annotations = (...names: readonly string[]) =>
  names.map((name) => refused(["ingress", "annotations", `nginx.ingress.kubernetes.io/${name}`], "true"));

/** Every leaf of the guide's values.yaml in its order, and the annotations of its Ingress. */
export const guideValues: readonly GuideValue[] = [
  works(["global", "imageRegistry"], "docker.io"),
  works(["global", "imagePullSecrets"], []),
  works(["global", "storageClass"], "apg-ssd-fast"),
  refused(["app", "name"], "apg-cash-management"),
  moved(["app", "version"], "1.0.0"),
  works(["app", "image", "repository"], "datacraft/apg-cash-management"),
  moved(["app", "image", "tag"], "1.0.0"),
  works(["app", "image", "pullPolicy"], "IfNotPresent"),
  works(["app", "replicaCount"], 3),
  ...amounts(["app"], ["1", "2Gi", "2", "4Gi"]),
  works(["app", "autoscaling", "enabled"], true),
  works(["app", "autoscaling", "minReplicas"], 3),
  works(["app", "autoscaling", "maxReplicas"], 20),
  works(["app", "autoscaling", "targetCPUUtilizationPercentage"], 70),
  works(["app", "autoscaling", "targetMemoryUtilizationPercentage"], 80),
  refused(["service", "type"], "ClusterIP"),
  works(["service", "port"], 8000),
  works(["service", "metricsPort"], 8001),
  works(["ingress", "enabled"], true),
  // The guide's class, nginx, is refused: its controller is retired.
  works(["ingress", "className"], "traefik"),
  moved(["ingress", "annotations", "cert-manager.io/cluster-issuer"], "letsencrypt-prod"),
  moved(["ingress", "annotations", "kubernetes.io/ingress.class"], "nginx"),
  ...annotations(
    "ssl-redirect",
    "force-ssl-redirect",
    "ssl-protocols",
    "ssl-ciphers",
    "configuration-snippet",
  ),
  ...annotations("rate-limit", "rate-limit-window", "limit-connections", "proxy-body-size"),
  ...annotations("proxy-connect-timeout", "proxy-send-timeout", "proxy-read-timeout"),
  works(
    ["ingress", "hosts"],
    [{ host: "apg-cash-management.datacraft.co.ke", paths: [{ path: "/", pathType: "Prefix" }] }],
  ),
  moved(
    ["ingress", "tls"],
    [{ secretName: "apg-cash-management-tls", hosts: ["apg-cash-management.datacraft.co.ke"] }],
  ),
  works(["postgresql", "enabled"], true),
  refused(["postgresql", "auth", "postgresPassword"], "changeme"),
  works(["postgresql", "auth", "username"], "apg_user"),
  refused(["postgresql", "auth", "password"], "changeme"),
  works(["postgresql", "auth", "database"], "apg_cash_production"),
  ...volume(["postgresql", "primary"], "500Gi"),
  ...amounts(["postgresql", "primary"], ["2", "4Gi", "4", "8Gi"]),
  works(["postgresql", "readReplicas", "replicaCount"], 2),
  ...volume(["postgresql", "readReplicas"], "500Gi"),
  works(["redis", "enabled"], true),
  refused(["redis", "auth", "enabled"], true),
  refused(["redis", "auth", "password"], "changeme"),
  ...volume(["redis", "master"], "100Gi"),
  ...amounts(["redis", "master"], ["500m", "1Gi", "1", "2Gi"]),
  works(["redis", "replica", "replicaCount"], 2),
  ...volume(["redis", "replica"], "100Gi"),
  works(["monitoring", "enabled"], true),
  moved(["monitoring", "prometheus", "enabled"], true),
  moved(["monitoring", "grafana", "enabled"], true),
  works(["monitoring", "serviceMonitor", "enabled"], true),
  works(["monitoring", "serviceMonitor", "interval"], "30s"),
  refused(["security", "podSecurityContext", "runAsNonRoot"], true),
  refused(["security", "podSecurityContext", "runAsUser"], 1000),
  refused(["security", "podSecurityContext", "runAsGroup"], 1000),
  refused(["security", "podSecurityContext", "fsGroup"], 1000),
  refused(["security", "securityContext", "allowPrivilegeEscalation"], false),
  refused(["security", "securityContext", "readOnlyRootFilesystem"], true),
  refused(["security", "securityContext", "capabilities", "drop"], ["ALL"]),
  works(["env", "APG_ENVIRONMENT"], "production"),
  works(["env", "APG_LOG_LEVEL"], "INFO"),
  // The guide writes these as text; here numbers and truth values are typed, and rendered as text.
  works(["env", "APG_DEBUG"], false),
  works(["env", "UVICORN_WORKERS"], 4),
  works(["env", "ML_MODEL_CACHE_SIZE"], 2000),
  works(["env", "RISK_VAR_CONFIDENCE_LEVEL"], 0.95),
  refused(["secrets", "secretKey"], ""),
  refused(["secrets", "jwtSecretKey"], ""),
  refused(["secrets", "encryptionKey"], ""),
  refused(["secrets", "bankApiKeys"], {}),
  {
    ...works(["persistence", "logs", "enabled"], true),
    besides: { persistence: { logs: { storageClass: "shared" } } },
  },
  // The guide's class, apg-ssd-standard, is one of disks that a single node attaches.
  works(["persistence", "logs", "storageClass"], "shared"),
  works(["persistence", "logs", "size"], "50Gi"),
  refused(["persistence", "logs", "accessMode"], "ReadWriteMany"),
];

function works(path: ValuePath, value: Json = null): GuideValue {
  return { path, value, fate: "works" };
}

function moved(path: ValuePath, value: Json): GuideValue {
  return { path, value, fate: "moved" };
}

function refused(path: ValuePath, value: Json): GuideValue {
  return { path, value, fate: "refused" };
}
