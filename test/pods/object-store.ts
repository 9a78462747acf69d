import type { BackupCopy } from "../../src/components/backup-copy.ts";
import type { Authority } from "./certificates.ts";
import type { Cluster } from "./cluster.ts";
import { workFolder } from "./machine.ts";
import { objectStore } from "./programs.ts";
import { until } from "./until.ts";

const bucket = "apg-test-backups";
const folder = `${workFolder}/objects`;
const address = "10.244.0.1";

/** The keys that the object store lets in, and those of the encryption. */
export const copyKeys = {
  "access-key-id": "copier",
  "secret-access-key": "s/e+c r=e$t",
  "encryption-password": "p'a\"s$s w\\o%rd\n",
  "encryption-salt": "salt",
} as const;

/** Where the pods find the object store: outside of every pod's network, on the machine itself. */
export const copy: BackupCopy = {
  image: "docker.io/rclone/rclone:1.75.1",
  provider: "Other",
  endpoint: `https://${address}:7070`,
  region: "us-east-1",
  bucket,
};

/** Starts an object store with the bucket, and a certificate of the authority, on a cluster's machine; it ends with the cluster. */
export async function startObjectStore(cluster: Cluster, authority: Authority): Promise<void> {
  const program = await objectStore();
  const { "tls.crt": certificate, "tls.key": key } = authority.issue([address]);
  await cluster.shell(`mkdir -p ${folder}/${bucket} ${workFolder}/sidecar
    echo '${certificate}' > ${workFolder}/objects.crt
    echo '${key}' > ${workFolder}/objects.key
    export ROOT_ACCESS_KEY_ID='${copyKeys["access-key-id"]}' ROOT_SECRET_ACCESS_KEY='${copyKeys["secret-access-key"]}'
    setsid ${program} --port ${address}:7070 --cert ${workFolder}/objects.crt --key ${workFolder}/objects.key --quiet posix --sidecar ${workFolder}/sidecar ${folder} > ${workFolder}/objects.log 2>&1 < /dev/null &`);
  const answers = () =>
    cluster.shell(`exec 3<>/dev/tcp/${address}/7070`).then(
      () => true,
      () => false,
    );
  await until(() => "the object store does not answer", answers);
  cluster.setSecret("backup-copy-credentials", copyKeys);
}

/** Returns the paths of all objects, below the bucket. */
export async function objects(cluster: Cluster): Promise<readonly string[]> {
  const found = await cluster.shell(`cd ${folder}/${bucket}; find . -type f -printf '%P\\n'`);
  return found.trim().split("\n").filter(Boolean);
}

/** Runs shell text in the folder of the bucket. */
export function inBucket(cluster: Cluster, script: string): Promise<string> {
  return cluster.shell(`cd ${folder}/${bucket}; ${script}`);
}
