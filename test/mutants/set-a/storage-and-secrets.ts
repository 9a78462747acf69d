import { add, drop, type Mutant, remove, replace, set } from "../edits.ts";

const config = "ConfigMap/apg-cash-management-config";

/** Volumes, certificates and secrets. */
export const storageAndSecrets: readonly Mutant[] = [
  {
    name: "the backup's claim is mounted by pods that may stand elsewhere",
    kind: "share a disk between nodes",
    edits: [remove("CronJob/postgres-base-backup", "spec.jobTemplate.spec.template.spec.affinity")],
    harm: "the Job waits for a volume of another node",
    rule: "shared-claims",
  },
  {
    name: "K6: a disk is asked for by many nodes",
    kind: "share a disk between nodes",
    edits: [
      set("StatefulSet/postgres-backup", "spec.volumeClaimTemplates[0].spec.accessModes", ["ReadWriteMany"]),
    ],
    harm: "the claim stays Pending",
    rule: "storage",
  },
  {
    name: "K5: the driver that was removed",
    kind: "use what was removed",
    edits: [set("StorageClass/apg-ssd-fast", "provisioner", "kubernetes.io/gce-pd")],
    harm: "no volume is made",
    rule: "storage",
  },
  {
    name: "K5: a regional disk in three zones",
    kind: "raise a maximum",
    edits: [
      set(
        "StorageClass/apg-ssd-fast",
        "allowedTopologies[0].matchLabelExpressions[0].values[2]",
        "us-central1-c",
      ),
    ],
    harm: "no volume is made",
    rule: "storage",
  },
  {
    name: "volumes are deleted with their claims",
    kind: "lose data",
    edits: [set("StorageClass/apg-ssd-fast", "reclaimPolicy", "Delete")],
    harm: "a deleted claim takes the database with it",
    rule: "storage",
  },
  {
    name: "volumes are made before their pod is placed",
    kind: "share a disk between nodes",
    edits: [set("StorageClass/apg-ssd-fast", "volumeBindingMode", "Immediate")],
    harm: "the pod cannot reach its volume's zone",
    rule: "storage",
  },
  {
    name: "a second owner of a Secret",
    kind: "two owners of one object",
    edits: [set("Certificate/pgbouncer-tls", "spec.secretName", "postgres-tls")],
    harm: "two certificates overwrite each other",
    rule: "secret-makers",
  },
  {
    name: "K7: the Ingress asks for a certificate too",
    kind: "two owners of one object",
    edits: [
      set(
        "Ingress/apg-cash-management-ingress",
        'metadata.annotations["cert-manager.io/issuer"]',
        "letsencrypt-production",
      ),
    ],
    harm: "two certificates for one Secret",
    rule: "secret-makers",
  },
  {
    name: "P17: two roles share a password",
    kind: "share a credential",
    edits: [
      set(
        "ExternalSecret/postgres-credentials",
        "spec.data[2].remoteRef.key",
        "apg-postgres-application-password",
      ),
    ],
    harm: "who knows the application's password may copy the database",
    rule: "secret-makers",
  },
  {
    name: "a URL is composed of a password that is not encoded",
    kind: "ignore a special character",
    edits: [
      replace("ExternalSecret/apg-cash-management-secrets", 'spec.target.template.data["redis-url"]', [
        " | urlquery",
        "",
      ]),
    ],
    harm: "a password with @ or / breaks the address",
    rule: "secret-makers",
  },
  {
    name: "a template asks for what is not fetched",
    kind: "drop a key that is read",
    edits: [remove("ExternalSecret/redis-credentials", "spec.data[1]")],
    harm: "the Secret is never made",
    rule: "secret-makers",
  },
  {
    name: "a fetched secret disappears with its source",
    kind: "lose data",
    edits: [set("ExternalSecret/postgres-credentials", "spec.target.deletionPolicy", "Delete")],
    harm: "a mistake in the store takes the database's passwords",
    rule: "secret-makers",
  },
  {
    name: "the Secret of the database's certificate has no authority",
    kind: "drop an object that others name",
    edits: [drop("Certificate/apg-cash-management-data-ca")],
    harm: "no certificate of the data tier is signed",
    rule: "references",
  },
  {
    name: "a host that clients verify is not in the certificate",
    kind: "break a pair of settings",
    edits: [remove("Certificate/pgbouncer-tls", "spec.dnsNames[0]")],
    harm: "the application refuses to connect",
    rule: "certificates",
  },
  {
    name: "a certificate is renewed after it ended",
    kind: "turn a timeout around",
    edits: [set("Certificate/postgres-tls", "spec.renewBefore", "2400h0m0s")],
    harm: "cert-manager refuses it, or renews without end",
    rule: "certificates",
  },
  {
    name: "K8: a Secret in git",
    kind: "put a secret into git",
    edits: [
      add({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s", namespace: "apg-cash-management" },
        data: { password: "PGJhc2U2ND4=" },
      }),
    ],
    harm: "everybody who clones knows it",
    rule: "credentials",
  },
  {
    name: "a URL with its password in the configuration",
    kind: "put a secret into git",
    edits: [
      set(
        config,
        "data.DATABASE_REPLICA_URL",
        ["postgresql://apg_user:", "correct-horse", "@db:5432/apg"].join(""),
      ),
    ],
    harm: "everybody who clones knows it",
    rule: "credentials",
  },
];
