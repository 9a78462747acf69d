import { z } from "zod";

const quantity = z.string().regex(/^\d+(?:\.\d+)?(?:m|[KMGT]i?)?$/, "must be a quantity such as 500m or 2Gi");
const host = z
  .string()
  .regex(
    /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\.)+[a-z][-a-z0-9]*[a-z]$/,
    "must be a host name such as apg.example.com",
  );
const amounts = z.strictObject({ cpu: quantity, memory: quantity });
const persistence = z.strictObject({ size: quantity });

/** A few values of the real vocabulary with the kinds of rules that the real schema has. */
export const smallSchemas = {
  values: z.strictObject({
    global: z.strictObject({ imagePullSecrets: z.array(z.string()) }),
    app: z.strictObject({
      replicaCount: z.int().min(1).max(50),
      image: z.strictObject({
        repository: z.string(),
        pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]),
      }),
      resources: z.strictObject({ requests: amounts, limits: amounts }),
      autoscaling: z
        .strictObject({
          enabled: z.boolean(),
          minReplicas: z.int().min(1),
          maxReplicas: z.int().max(50),
          targetCPUUtilizationPercentage: z.int().min(1).max(100),
        })
        .refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
          path: ["maxReplicas"],
          message: "must not be below minReplicas",
        }),
    }),
    service: z.strictObject({ port: z.int().min(1).max(65_535) }),
    ingress: z.strictObject({
      enabled: z.boolean(),
      className: z.literal("traefik"),
      hosts: z.array(
        z.strictObject({
          host,
          paths: z.array(z.strictObject({ path: z.string(), pathType: z.enum(["Exact", "Prefix"]) })).min(1),
        }),
      ),
    }),
    postgresql: z.strictObject({ enabled: z.boolean(), primary: z.strictObject({ persistence }) }),
    redis: z.strictObject({ enabled: z.boolean(), master: z.strictObject({ persistence }) }),
    env: z.strictObject({ APG_LOG_LEVEL: z.enum(["DEBUG", "INFO"]), ML_TRAINING_SCHEDULE: z.string() }),
  }),
  release: z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/, "must be an exact version such as 1.4.0"),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be a digest: sha256: and 64 hexadecimal digits"),
  }),
};

/** Values that fit the small schema. */
export const smallValues = {
  global: { imagePullSecrets: [] },
  app: {
    replicaCount: 3,
    image: { repository: "docker.io/datacraft/apg-cash-management", pullPolicy: "IfNotPresent" },
    resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "2", memory: "4Gi" } },
    autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 20, targetCPUUtilizationPercentage: 70 },
  },
  service: { port: 8000 },
  ingress: {
    enabled: true,
    className: "traefik",
    hosts: [{ host: "apg.example.com", paths: [{ path: "/", pathType: "Prefix" }] }],
  },
  postgresql: { enabled: true, primary: { persistence: { size: "500Gi" } } },
  redis: { enabled: true, master: { persistence: { size: "100Gi" } } },
  env: { APG_LOG_LEVEL: "INFO", ML_TRAINING_SCHEDULE: "0 2 * * 0" },
};
