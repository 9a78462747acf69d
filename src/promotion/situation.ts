import { InputError } from "../errors.ts";
import { computePlan } from "../plan/compute.ts";
import { changedPaths } from "../plan/read/git.ts";
import { LimitError, limits } from "../plan/read/limits.ts";
import { commitSides } from "../plan/read/sides.ts";
import { parseFile } from "../values/parse-file.ts";
import { releaseSchema, type Release } from "../values/release.ts";
import type { EnvironmentTree } from "./difference.ts";
import { freezeSchema } from "./freeze.ts";
import type { Planned, Situation } from "./gates/gate.ts";
import { mainLine, releaseFile, standsOf, type MainLine, type Stand } from "./history.ts";
import { renderCommit } from "./inputs.ts";
import { checkDates, checkRepository } from "./integrity.ts";
import { freezeFile, policyFile } from "./load.ts";
import { readObjects, readTexts } from "./objects.ts";
import { parseOwners } from "./owners.ts";
import { policySchema, type Policy } from "./policy.ts";
import type { Repository } from "./sides.ts";
import type { Signed } from "./signature.ts";

/** Two commits and the time at which they are judged. */
export interface Question {
  /** The commit of the main branch that the change goes into. */
  readonly base: string;
  /** The result of the merge. */
  readonly head: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a situation is read with; tests put others in their place. */
export interface Tools {
  readonly signed: Signed | undefined;
  readonly render: typeof renderCommit;
  readonly checkRepository: typeof checkRepository;
  readonly checkDates: typeof checkDates;
}

/** What every command uses. */
export const tools: Omit<Tools, "signed"> = { render: renderCommit, checkRepository, checkDates };

/** GitHub looks for CODEOWNERS in these places, in this order. */
const ownersFiles = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/** Reads the policy of a commit. Throws an InputError where it has none, or none that can be read. */
export function readPolicy({ git }: Repository, commit: string): Policy {
  const [bytes] = readObjects(git, [`${commit}:${policyFile}`]);
  return parsed(policyFile, bytes, (content) => parseFile(policySchema, policyFile, content));
}

/**
 * Reads what the gates look at: both sides as git objects, policy, calendar and owners from the base alone. Throws an
 * InputError where the history cannot be trusted, or the base cannot be read.
 */
export function readSituation(
  repository: Repository,
  { base, head, now }: Question,
  { signed, ...used }: Tools,
): Situation {
  const { git, root } = repository;
  const line: MainLine = mainLine(git, base);
  used.checkRepository(git, root, line);
  const policy = readPolicy(repository, base);
  const [freezeBytes, ...ownersTexts] = readObjects(
    git,
    [freezeFile, ...ownersFiles].map((file) => `${base}:${file}`),
  );
  const { freezes } = parsed(freezeFile, freezeBytes, (bytes) => parseFile(freezeSchema, freezeFile, bytes));
  const changed = changedPaths(git, { base, head, below: [] });
  const read = (commit: string, environment: string): Release | undefined => {
    const file = releaseFile(environment);
    const [bytes] = readObjects(git, [`${commit}:${file}`]);
    return bytes && parsed(file, bytes, (content) => parseFile(releaseSchema, file, content));
  };
  const stands = new Map<string, readonly Stand[]>();
  const trees = new Map<string, EnvironmentTree>();
  return {
    now,
    changed,
    releases: changed.flatMap((path) => {
      const environment = /^environments\/([^/]+)\/release\.yaml$/.exec(path)?.[1];
      if (environment === undefined || !(environment in policy.environments)) return [];
      return [{ environment, before: read(base, environment), after: read(head, environment) }];
    }),
    policy,
    freezes,
    owners: parseOwners(ownersTexts.find((text) => text !== undefined)?.toString("utf8") ?? ""),
    baseRelease: (environment) => read(base, environment),
    line,
    signed,
    checkDates: (until) => used.checkDates(line, until, now),
    stands: (environment) => remember(stands, environment, () => standsOf(git, line, environment)),
    tree: (side, environment) =>
      remember(trees, `${side}/${environment}`, () => ({
        environment,
        files: readTexts(git, side === "base" ? base : head, [`rendered/${environment}`]),
      })),
    plan: (environment, direction) => {
      const [from, to] = direction === "forward" ? [base, head] : [head, base];
      return planOf(root, { from, to, environment });
    },
    rendered: (environment) => used.render(git, head, environment),
  };
}

/** A tree beyond the plan's limits is refused, as by the plan itself. */
function planOf(
  root: string,
  { from, to, environment }: { readonly from: string; readonly to: string; readonly environment: string },
): Planned {
  try {
    const sides = commitSides(root, { base: from, head: to }, limits);
    const { verdict, effects, environments, omitted } = computePlan(
      sides,
      { environment, minor: undefined, texts: false },
      limits,
    );
    const problems = [
      ...environments.flatMap((report) => report.problems),
      ...omitted.map(({ what, reason }) => `not computed: ${what}: ${reason}`),
    ];
    return { verdict, effects, problems };
  } catch (error) {
    if (error instanceof LimitError)
      return { verdict: "refused", effects: [], problems: [`not computed: ${error.message}`] };
    throw error;
  }
}

function parsed<Value>(
  file: string,
  bytes: Buffer | undefined,
  parse: (bytes: Buffer) => { readonly value: Value | undefined; readonly problems: InputError["problems"] },
): Value {
  if (bytes === undefined) throw new InputError([{ file, message: "is not on the base" }]);
  const { value, problems } = parse(bytes);
  if (value === undefined) throw new InputError(problems);
  return value;
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
