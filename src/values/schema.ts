import { z } from "zod";
import { storageClassNames } from "../components/storage.ts";
import { quotaResources } from "../components/quota.ts";
import { application, environmentVariables, monitoring } from "./schema-application.ts";
import { connectionExcesses } from "./connection-budget.ts";
import { disagreements } from "./disagreements.ts";
import { backupCopy } from "./schema-database.ts";
import { postgresql } from "./schema-postgresql.ts";
import { redis } from "./schema-redis.ts";
import { store } from "./schema-store.ts";
import { ingress, network } from "./schema-edge.ts";
import {
  addressBlock,
  bytes,
  described,
  digest,
  duration,
  label,
  port,
  quantity,
  registry,
  repository,
  tag,
} from "./fields.ts";

const image = z.strictObject({
  repository: described(repository, "Repository with its registry."),
  tag: described(tag, "Tag that the digest was read for; for people, the digest decides."),
  digest: described(digest, "Content address."),
  source: described(z.string().min(1), "Public place where the digest was read, and when."),
});

const cluster = z.strictObject({
  kubernetesVersion: described(
    z.string().regex(/^1\.\d{2}$/, 'expected a minor version such as "1.35"'),
    "Minor version of the cluster.",
  ),
  apiServer: described(
    z
      .strictObject({
        blocks: described(z.array(addressBlock).min(1), "Its addresses."),
        port: described(port, "Its port."),
      })
      .exactOptional(),
    "Where the API server answers; needed with app.kubernetesApi.",
  ),
  storageClasses: described(
    z
      .strictObject({ zones: described(z.tuple([label, label]), "The two zones of a regional disk.") })
      .exactOptional(),
    "The guide's two classes, on Google Kubernetes Engine; absent where the cluster brings its own.",
  ),
});

const groups = z.array(z.string().min(1));

const argocd = z.strictObject({
  repository: described(
    z.string().regex(/^https:\/\/\S+\.git$/, "expected an https address that ends in .git"),
    "This repository, as Argo CD reads it; one address for all environments.",
  ),
  revision: described(z.string().min(1), "Branch or tag that Argo CD syncs."),
  installation: described(
    label,
    "Argo CD that syncs the environment; each installation has a root of its own.",
  ),
  server: described(
    z.url({ protocol: /^https$/ }),
    "API server of the environment's cluster, as Argo CD knows it.",
  ),
  chartRepository: described(
    z
      .string()
      .regex(
        /^(?:https:\/\/\S+|[a-z0-9.-]+(?::\d+)?\/\S+)$/,
        "expected an https address, or a registry's without a scheme",
      )
      .exactOptional(),
    "Helm repository, or path in a registry, that mirrors every chart; absent takes each from its own.",
  ),
  signatureKeys: described(
    z.array(
      z
        .string()
        .regex(/^[0-9A-F]{16}$/, "expected the 16 digits of a GPG key's id, such as B5690EEEBB952194"),
    ),
    "GPG keys of which one has to have signed the commit that Argo CD syncs; none asks for no signature.",
  ),
  groups: described(
    z.strictObject({
      read: described(groups, "May look."),
      sync: described(groups, "May start a sync."),
      override: described(groups, "May sync inside a freeze, and roll back by hand."),
    }),
    "Groups of the identity provider by their role in the environment's project.",
  ),
});

const logs = z.strictObject({
  enabled: described(
    z.boolean(),
    "Whether all pods share one volume for /app/logs, for which the cluster needs a ReadWriteMany class.",
    true,
  ),
  storageClass: described(
    label
      .refine(
        (name) => !Object.values<string>(storageClassNames).includes(name),
        "is a class of disks that one node attaches; logs need a ReadWriteMany class",
      )
      .exactOptional(),
    "ReadWriteMany class of the volume; needed when enabled.",
    "apg-ssd-standard",
  ),
  size: described(bytes, "Size of the volume.", "50Gi"),
});

const ceiling = z.partialRecord(z.enum(quotaResources), quantity);

const exception = z.strictObject({
  rule: described(label, "Rule, as `npm run rules` lists it."),
  object: described(
    z.string().regex(/^[A-Z][A-Za-z]*\/\S+$/, "expected an object such as Deployment/apg-cash-management"),
    "Object, as the finding names it: its kind and name.",
  ),
  reason: described(z.string().min(10), "Why the finding is accepted."),
  end: described(z.iso.date(), "Last day on which it is accepted; `npm run check` ends with 1 after it."),
});

/** Everything that may differ between environments, strict. The guide's Helm values are its vocabulary. */
export const valuesSchema = z
  .strictObject({
    global: z.strictObject({
      imageRegistry: described(
        registry,
        "Registry of every image; another than docker.io is a mirror that holds them all.",
        "docker.io",
      ),
      imagePullSecrets: described(z.array(label), "Secrets with the registry's credentials.", []),
      storageClass: described(label, "StorageClass of volumes that name none.", "apg-ssd-fast"),
    }),
    environment: described(label, "The namespace's label `environment`.", "production"),
    cluster: described(cluster, "The cluster that the environment runs in."),
    app: described(application, "The application."),
    service: z.strictObject({
      port: described(port, "Port of the application.", 8000),
      metricsPort: described(port, "Port of its metrics.", 8001),
    }),
    ingress: described(ingress, "The edge."),
    postgresql: described(postgresql, "PostgreSQL."),
    redis: described(redis, "Redis."),
    backupCopy: described(backupCopy, "The copy of the backups off the cluster."),
    images: described(
      z.strictObject({
        postgresql: described(image, "PostgreSQL, Debian-based."),
        postgresqlExporter: described(image, "Exporter of PostgreSQL's metrics."),
        pgbouncer: described(image, "PgBouncer, Debian-based, 1.26.1 or later."),
        pgbouncerExporter: described(image, "Exporter of PgBouncer's metrics."),
        redis: described(image, "Redis, Debian-based."),
        redisExporter: described(image, "Exporter of Redis' metrics."),
        rclone: described(image, "Copies backups off the cluster."),
        curl: described(image, "The smoke test."),
      }),
      "Images besides the application's own.",
    ),
    secrets: z.strictObject({
      store: described(store, "Where passwords and keys come from."),
      refreshInterval: described(duration, "How often the store is read again."),
      pullSecret: described(z.boolean(), "Whether the store holds the credentials of the registry."),
    }),
    monitoring: described(monitoring, "Monitoring."),
    network: described(network, "Network policies."),
    persistence: z.strictObject({ logs: described(logs, "A shared volume for the logs.") }),
    argocd: described(argocd, "Argo CD."),
    env: described(environmentVariables, "The application's configuration."),
    rollout: described(
      z.array(label),
      "Changes of base/ that the environment takes already: folders of base/rollout/, laid over base/ in this order.",
    ),
    exceptions: described(
      z.array(exception),
      "Findings of the rules that are accepted for a time; one that matches no finding is a finding itself.",
    ),
    quota: described(
      ceiling,
      "Ceiling, typed by hand, that the derived quota must not exceed; a resource that is not named is unbounded.",
    ),
  })
  .check((context) => {
    for (const { path, message } of [...disagreements(context.value), ...connectionExcesses(context.value)]) {
      context.issues.push({ code: "custom", input: context.value, path: path.split("."), message });
    }
  });

/** The values of one environment. */
export type Values = z.infer<typeof valuesSchema>;
