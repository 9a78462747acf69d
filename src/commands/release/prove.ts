import { UsageError } from "../../errors.ts";
import { mainLine } from "../../promotion/history.ts";
import { checkDates, checkRepository } from "../../promotion/integrity.ts";
import { prove, type Proof } from "../../promotion/prove.ts";
import { mainTip, openRepository } from "../../promotion/sides.ts";
import { readPolicy } from "../../promotion/situation.ts";
import { withKey, type Signed } from "../../promotion/signature.ts";
import { textOption, type Command } from "../command.ts";

/** Prints what git knows of the releases of an environment, and how it knows it. */
export const proveCommand: Command = {
  usage: `usage: npm run prove -- production [--format text|json]

Prints what was requested in git for an environment, newest first, and how each fact is known: computed (trees and order),
signed (by the server's key), claimed (dates, names and numbers that somebody wrote) or absent. Never that it ran.

Ends with 2 where the history cannot be trusted: a shallow clone, replace refs, grafts, impossible dates.`,
  options: { format: { type: "string" } },
  positionals: ["the environment"],
  async run(call) {
    const format = textOption(call, "format") ?? "text";
    if (format !== "text" && format !== "json")
      throw new UsageError(`--format ${format}: must be text or json`);
    const repository = openRepository(call.root);
    const { git, root } = repository;
    const base = mainTip(repository);
    const line = mainLine(git, base);
    const now = call.now();
    checkRepository(git, root, line);
    checkDates(line, line.length - 1, now);
    const [environment = ""] = call.positionals;
    const policy = readPolicy(repository, base);
    const { signature } = policy;
    const find = (signed: Signed | undefined): readonly Proof[] =>
      prove({ git, line, policy, signed, now }, environment);
    const proofs = signature
      ? await withKey(root, signature, (signed) => Promise.resolve(find(signed)))
      : find(undefined);
    if (proofs.length === 0) throw new UsageError(`${environment}: main never had a release of it`);
    call.output.print(
      format === "json"
        ? JSON.stringify({ schemaVersion: 1, environment, proofs }, undefined, 2)
        : formatProofs(environment, proofs),
    );
    return 0;
  },
};

function formatProofs(environment: string, proofs: readonly Proof[]): string {
  return proofs
    .flatMap(({ version, digest, facts }) => [
      `${environment} ${version} ${digest}`,
      ...facts.map(({ known, text }) => `  ${known.padEnd(9)} ${text}`),
    ])
    .join("\n");
}
