import { InputError, UsageError } from "../../errors.ts";
import { parseFile } from "../../values/parse-file.ts";
import { releaseSchema, type Release } from "../../values/release.ts";
import { openRepository } from "../../promotion/sides.ts";
import { readPolicy } from "../../promotion/situation.ts";
import { textOption, type Call, type Command } from "../command.ts";
import { changeOptions, changeUsage, finishChange } from "./finish.ts";

const text = { type: "string" } as const;

/** Enters a new version where releases begin. */
export const releaseCommand: Command = {
  usage: `usage: npm run release -- --version 1.4.0 --digest sha256:… --migration none|reversible|one-way
                          [--source COMMIT] [--environment NAME] [--explain] [--commit [--pull-request]]

Enters a new version in an environment that takes releases from nowhere else.

  --digest        content address of the image, as its build printed it
  --migration     what it does to the database's schema
  --source        commit of the application's repository that it was built from
  --environment   default: what environments/promotion.yaml calls release
${changeUsage}`,
  options: {
    version: text,
    digest: text,
    migration: text,
    source: text,
    environment: text,
    ...changeOptions,
  },
  async run(call) {
    const repository = openRepository(call.root);
    const policy = readPolicy(repository, "HEAD");
    const environment = textOption(call, "environment") ?? policy.release;
    const after = policy.environments[environment]?.after;
    if (after !== undefined)
      throw new UsageError(
        `${environment} gets its releases from ${after}: npm run promote -- ${after} ${environment}`,
      );
    const { version, digest, migration, source } = parseOptions(call);
    return finishChange(call, repository, {
      environment,
      edits: { version, digest, migration, source, origin: "release", hotfix: undefined },
      title: {
        branch: `release/${environment}/${version}`,
        subject: `release(${environment}): ${version}`,
        body: `Environment: ${environment}\nVersion: ${version}\nDigest: ${digest}`,
      },
    });
  },
};

/** Asks the schema of release.yaml, so that a mistake reads the same here and there. */
function parseOptions(call: Call): Release {
  const given = Object.fromEntries(
    ["version", "digest", "migration", "source"].flatMap((name) => {
      const value = textOption(call, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const { value, problems } = parseFile(releaseSchema, "options", Buffer.from(JSON.stringify(given)));
  if (value) return value;
  throw new InputError(problems.map(({ path, message }) => ({ file: `--${path ?? "version"}`, message })));
}
