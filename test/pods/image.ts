import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

// What the official Debian-based images add to Debian, as far as the pods use it; PgBouncer's image likewise.
const packages = ["postgresql-15", "redis-server", "redis-tools", "pgbouncer", "openssl", "ca-certificates"];

// The official images' user and group ids; peer authentication looks the name up in /etc/passwd.
const accounts = [
  "groupmod -g 999 postgres",
  "usermod -u 999 -g 999 postgres",
  // No resolver here: an unknown name is answered as the cluster's resolver answers it.
  "printf 'passwd: files\\ngroup: files\\nhosts: files\\n' > /etc/nsswitch.conf",
];

/**
 * Returns the folder of a Debian root file system with PostgreSQL 15, Redis and PgBouncer: the containers' image.
 * Built once per machine (about 80 seconds) from the machine's own package sources, and complete when it has its
 * name. Throws an Error when mmdebstrap cannot build it.
 */
export async function containerRoot(): Promise<string> {
  const recipe = JSON.stringify([packages, accounts]);
  const folder = join(tmpdir(), "apg-container-roots");
  const root = join(folder, createHash("sha256").update(recipe).digest("hex").slice(0, 16));
  if (existsSync(root)) return root;
  const partial = `${root}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const hooks = [
    // The group 999 may be taken by a package's system group.
    "for n in $(getent group 999 | cut -d: -f1); do groupmod -g 1999 $n; done",
    "for n in $(getent passwd 999 | cut -d: -f1); do usermod -u 1999 $n; done",
    ...accounts,
  ];
  await writeFile(`${partial}.sh`, hooks.join("\n"));
  try {
    await run("mmdebstrap", [
      "--quiet",
      "--variant=minbase",
      `--include=${packages.join(",")}`,
      "--aptopt=APT::Install-Recommends false",
      `--customize-hook=chroot "$1" /bin/sh -e < ${partial}.sh`,
      "bookworm",
      partial,
      "/etc/apt/sources.list.d/debian.sources",
    ]);
    await rename(partial, root);
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rm(`${partial}.sh`, { force: true });
  }
  return root;
}
