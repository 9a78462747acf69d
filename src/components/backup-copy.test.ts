import { expect, test } from "vitest";
import { authority } from "../../test/authority.ts";
import { copyObjects, copyParts } from "./backup-copy.ts";

const copy = {
  image: "docker.io/rclone/rclone:1.75.1",
  provider: "Minio",
  endpoint: "https://objects.customer.example",
  region: "r",
  bucket: "b",
};
const trusted = ({ env }: ReturnType<typeof copyParts>): unknown =>
  env.find(({ name }) => name === "COPY_AUTHORITIES")?.value;

test("without a private authority the public ones of rclone's image count: the servers' images have none", () => {
  const parts = copyParts(copy);
  expect(parts.initContainers[0]?.command).toContain("/etc/ssl/certs/ca-certificates.crt");
  expect(trusted(parts)).toBe("/tools/ca-certificates.crt");
  expect(copyObjects(copy)).toEqual([]);
});

test("a private authority is a file of each pod that copies", () => {
  const parts = copyParts({ ...copy, authority });
  expect(trusted(parts)).toBe("/run/backup-copy/ca.crt");
  expect(parts.mounts.map(({ mountPath }) => mountPath)).toContain("/run/backup-copy");
  const [object] = copyObjects({ ...copy, authority }).map((model) => model.toJSON());
  expect(object).toMatchObject({
    kind: "ConfigMap",
    metadata: { name: "backup-copy-authority" },
    data: { "ca.crt": authority },
  });
  expect(parts.volumes).toContainEqual({
    name: "copy-authority",
    configMap: { name: "backup-copy-authority" },
  });
});

test("where backups stay in the cluster nothing is left of the copy", () => {
  expect(copyParts(undefined)).toEqual({ initContainers: [], env: [], mounts: [], volumes: [] });
  expect(copyObjects(undefined)).toEqual([]);
});
