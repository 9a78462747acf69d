import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

interface Recipe {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Shell lines that run in the new root. */
  readonly changes: readonly string[];
}

// No resolver here: an unknown name is answered as the cluster's resolver answers it.
const names = "printf 'passwd: files\\ngroup: files\\nhosts: files\\n' > /etc/nsswitch.conf";

/** What a container's image is made of here. */
export const recipes = {
  /** PostgreSQL 15 and Redis as in Debian 12: what the official Debian-based images add, as far as the pods use it. */
  servers: {
    suite: "bookworm",
    packages: ["postgresql-15", "redis-server", "redis-tools", "openssl"],
    changes: [
      names,
      // The official image's ids; peer authentication looks the name up in /etc/passwd.
      "for n in $(getent group 999 | cut -d: -f1); do groupmod -g 1999 $n; done",
      "for n in $(getent passwd 999 | cut -d: -f1); do usermod -u 1999 $n; done",
      "groupmod -g 999 postgres",
      "usermod -u 999 -g 999 postgres",
    ],
  },
  /** PgBouncer of Debian's newest: 1.26.1 or later, as the product needs; Debian 13 has 1.24. */
  pooler: { suite: "sid", packages: ["pgbouncer"], changes: [names] },
  /** The exporters of Debian's newest, under the names that they have in their projects' images. */
  exporters: {
    suite: "sid",
    packages: [
      "prometheus-postgres-exporter",
      "prometheus-redis-exporter",
      "prometheus-pgbouncer-exporter",
      "curl",
    ],
    changes: [
      names,
      "ln -s prometheus-postgres-exporter /usr/bin/postgres_exporter",
      "ln -s prometheus-pgbouncer-exporter /usr/bin/pgbouncer_exporter",
      "ln -s usr/bin/prometheus-redis-exporter /redis_exporter",
    ],
  },
} as const satisfies Record<string, Recipe>;

/** The machine's package sources for another suite; Debian's newest has neither updates nor security updates of its own. */
function sourcesOf(suite: string, sources: string): string {
  const own = suite === "sid" ? sources.split("\n\n").slice(0, 1).join("") : sources;
  return own.replaceAll("bookworm", suite).replaceAll(" sid-updates", "");
}

/**
 * Returns the folder of a Debian root file system. Built once per machine (up to 80 seconds) from the machine's own
 * package sources, and complete when it has its name. Throws an Error when mmdebstrap cannot build it.
 */
export async function containerRoot(name: keyof typeof recipes): Promise<string> {
  const recipe: Recipe = recipes[name];
  const folder = join(tmpdir(), "apg-container-roots");
  const digest = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
  const root = join(folder, `${name}-${digest}`);
  if (existsSync(root)) return root;
  const partial = `${root}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const sources = readFileSync("/etc/apt/sources.list.d/debian.sources", "utf8");
  await writeFile(`${partial}.sh`, recipe.changes.join("\n"));
  await writeFile(`${partial}.sources`, sourcesOf(recipe.suite, sources));
  try {
    await run("mmdebstrap", [
      "--quiet",
      "--variant=minbase",
      `--include=${recipe.packages.join(",")}`,
      "--aptopt=APT::Install-Recommends false",
      // Debian's newest is signed for a week at a time; a mirror that stands still, such as a snapshot, is as good here.
      ...(recipe.suite === "sid" ? ["--aptopt=Acquire::Check-Valid-Until false"] : []),
      `--customize-hook=chroot "$1" /bin/sh -e < ${partial}.sh`,
      recipe.suite,
      partial,
      `${partial}.sources`,
    ]);
    // Two tests may have built it at the same time: the first one's stays.
    if (!existsSync(root)) await rename(partial, root);
  } finally {
    for (const rest of [partial, `${partial}.sh`, `${partial}.sources`])
      await rm(rest, { recursive: true, force: true });
  }
  return root;
}
