import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../errors.ts";
import type { Policy } from "./policy.ts";

type Signature = NonNullable<Policy["signature"]>;

/** Says of a commit or an annotated tag, given its id, whether the server signed it. */
export type Signed = (id: string, kind?: "commit" | "tag") => boolean;

/**
 * Gives the work a function that verifies signatures with one key and no other: a keyring of its own, none of the
 * user's. Throws an InputError where the key cannot be read.
 */
export async function withKey<Result>(
  root: string,
  { format, key }: Signature,
  work: (signed: Signed) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "signature-"));
  try {
    const settings = format === "ssh" ? allowSsh(folder, key) : importKey(folder, key);
    const known = new Map<string, boolean>();
    return await work((id, kind = "commit") => {
      const before = known.get(id);
      if (before !== undefined) return before;
      const { status } = spawnSync("git", [...settings, `verify-${kind}`, id], {
        cwd: root,
        env: surroundings(folder),
      });
      known.set(id, status === 0);
      return status === 0;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// A signature of a form that is not configured must not be verified by whatever program the machine has for it.
function onlyProgram(used: "openpgp" | "ssh"): readonly string[] {
  const programs = { openpgp: "gpg", ssh: "ssh-keygen", x509: "gpgsm" };
  return Object.entries(programs).flatMap(([form, program]) => [
    "-c",
    `gpg.${form}.program=${form === used ? program : "false"}`,
  ]);
}

function allowSsh(folder: string, key: string): readonly string[] {
  const file = join(folder, "allowed");
  writeFileSync(file, `* namespaces="git" ${key.trim()}\n`);
  return [...onlyProgram("ssh"), "-c", `gpg.ssh.allowedSignersFile=${file}`];
}

function importKey(folder: string, key: string): readonly string[] {
  mkdirSync(join(folder, "gnupg"), { mode: 0o700 });
  const { status } = spawnSync("gpg", ["--batch", "--quiet", "--no-autostart", "--import"], {
    env: surroundings(folder),
    input: key,
  });
  if (status !== 0)
    throw new InputError([
      {
        file: "environments/promotion.yaml",
        path: "signature.key",
        message: "is no OpenPGP key that gpg reads",
      },
    ]);
  return [...onlyProgram("openpgp"), "-c", "gpg.program=gpg", "-c", "gpg.minTrustLevel=undefined"];
}

function surroundings(folder: string): Record<string, string | undefined> {
  return {
    PATH: process.env["PATH"],
    HOME: folder,
    GNUPGHOME: join(folder, "gnupg"),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    LC_ALL: "C",
  };
}
