import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judgeChange, type Judgement } from "../../src/promotion/judge.ts";
import { mainLine } from "../../src/promotion/history.ts";
import { prove } from "../../src/promotion/prove.ts";
import { mainTip } from "../../src/promotion/sides.ts";
import { withKey } from "../../src/promotion/signature.ts";
import { readPolicy } from "../../src/promotion/situation.ts";
import { day, next, old, propose } from "./scenario.ts";
import { now, policy, policyFiles, releaseFiles, render, withScratch, type Scratch } from "./scratch.ts";

interface Key {
  readonly format: "ssh" | "openpgp";
  readonly key: string;
}

/** Makes the key of a server, and lets git sign with it. */
function sshKey(scratch: Scratch, name = "server"): Key {
  const file = join(scratch.root, ".git", name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file]);
  scratch.run(["config", "gpg.format", "ssh"]);
  scratch.run(["config", "user.signingKey", file]);
  return { format: "ssh", key: readFileSync(`${file}.pub`, "utf8") };
}

function openpgpKey(scratch: Scratch): Key {
  const home = join(scratch.root, ".gnupg");
  mkdirSync(home, { mode: 0o700 });
  const gpg = (args: readonly string[]): string =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  gpg(["--passphrase", "", "--quick-generate-key", "server@example.com", "ed25519", "sign", "never"]);
  scratch.run(["config", "user.signingKey", "server@example.com"]);
  return { format: "openpgp", key: gpg(["--armor", "--export", "server@example.com"]) };
}

/** Ends what gpg started to sign with. */
function stopAgent(scratch: Scratch): void {
  execFileSync("gpgconf", ["--homedir", join(scratch.root, ".gnupg"), "--kill", "all"]);
}

function begin(scratch: Scratch, key: Key | undefined): void {
  scratch.commit(
    10 * day,
    {
      ".gitignore": ".gnupg\n",
      ".github/CODEOWNERS": "* @all\n",
      ...policyFiles(key ? { ...policy, signature: key } : policy),
      ...releaseFiles("staging", old),
      ...releaseFiles("production", old),
    },
    { sign: true },
  );
}

async function judgePromotion(scratch: Scratch): Promise<Judgement> {
  const base = mainTip(scratch);
  const head = propose(scratch, releaseFiles("production", { ...next, origin: "promotion" }));
  return judgeChange(scratch, { base, head, now }, { render });
}

function soakOf({ gates }: Judgement): string {
  const soak = gates.find(({ name }) => name === "soak");
  return `${soak?.status ?? ""}: ${soak?.message ?? ""}; ${soak?.evidence.join("; ") ?? ""}`;
}

test.for(["ssh", "openpgp"] as const)(
  "%s: a release that the server signed counts from its own date",
  async (format) => {
    await withScratch(async (scratch) => {
      const key = format === "ssh" ? sshKey(scratch) : openpgpKey(scratch);
      begin(scratch, key);
      scratch.commit(3 * day, releaseFiles("staging", next), { sign: true });
      const judgement = await judgePromotion(scratch);
      if (format === "openpgp") stopAgent(scratch);
      expect(soakOf(judgement)).toMatch(/^passed: it stood in staging for 72 h.*signed by the server/);
      expect(judgement.verdict).toBe("passed");
    });
  },
);

test.for([
  ["rebase: the server does not sign what it rebases", 3 * day],
  ["backdating: whoever pushed to main wrote an old date", 9 * day],
] as const)("%s, so it counts from the next commit that is signed", async ([, hours]) => {
  const judged = async (isConfigured: boolean): Promise<string> => {
    let found = "";
    await withScratch(async (scratch) => {
      const key = sshKey(scratch);
      begin(scratch, isConfigured ? key : undefined);
      scratch.commit(hours, releaseFiles("staging", next));
      scratch.commit(2, {}, { sign: true });
      found = soakOf(await judgePromotion(scratch));
    });
    return found;
  };
  expect(await judged(true)).toMatch(/^waits: it stands in staging for 2 h of 24 h, until 2026-11-24T10:00/);
  expect(await judged(false)).toMatch(/^passed: .*claimed: no key is configured/);
});

test("another key's signature is none", async () => {
  await withScratch(async (scratch) => {
    const key = sshKey(scratch);
    begin(scratch, key);
    sshKey(scratch, "other");
    scratch.commit(3 * day, releaseFiles("staging", next), { sign: true });
    expect(soakOf(await judgePromotion(scratch))).toMatch(
      /^waits: .* no commit since then has the server's signature/,
    );
  });
});

test("force-push: history that was forged with old dates has no signatures, so nothing in it counts", async () => {
  await withScratch(async (scratch) => {
    const key = sshKey(scratch);
    begin(scratch, key);
    for (const hours of [8, 7, 6, 5, 4, 3]) scratch.commit(hours * day, releaseFiles("staging", next));
    expect(soakOf(await judgePromotion(scratch))).toMatch(/^waits: /);
  });
});

test("the proof tells what the server signed from what was only written", async () => {
  await withScratch(async (scratch) => {
    const key = sshKey(scratch);
    begin(scratch, key);
    scratch.commit(3 * day, releaseFiles("staging", next), { sign: true });
    const merged = scratch.commit(1 * day, releaseFiles("production", next), { sign: true });
    scratch.run(["tag", "-s", "-m", "promotion\n\nApproved-by: jane", "promotion/production/1", merged]);
    const tip = mainTip(scratch);
    const { git, root } = scratch;
    const proofs = await withKey(root, key, (signed) =>
      Promise.resolve(
        prove({ git, line: mainLine(git, tip), policy: readPolicy(scratch, tip), signed, now }, "production"),
      ),
    );
    const facts = proofs[0]?.facts.map(({ known, text }) => `${known} ${text}`);
    expect(facts).toStrictEqual(
      expect.arrayContaining([
        "signed at 2026-11-22T12:00:00Z",
        "signed had stood in staging, unbroken, for 48 h",
        "signed promotion/production/1: Approved-by: jane",
        "claimed origin release, migration none",
      ]),
    );
  });
});

test("a key that nobody can read is a mistake in the policy", async () => {
  await withScratch(async (scratch) => {
    sshKey(scratch);
    begin(scratch, { format: "openpgp", key: "no key" });
    await expect(judgePromotion(scratch)).rejects.toThrow("signature.key: is no OpenPGP key");
  });
});
