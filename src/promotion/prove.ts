import type { Git } from "../plan/read/git.ts";
import type { MainCommit, MainLine, Stand } from "./history.ts";
import { standsOf } from "./history.ts";
import { textOf } from "./objects.ts";
import type { Policy } from "./policy.ts";
import type { Signed } from "./signature.ts";
import { countedFrom, formatDuration, formatInstant, stoodFor } from "./time.ts";

/** How a fact is known: from trees and order, from a signature, from what somebody wrote, or not at all. */
export type Known = "computed" | "signed" | "claimed" | "absent";

/** One fact about a request. */
export interface Fact {
  readonly known: Known;
  readonly text: string;
}

/** One release that was requested for an environment, newest first. */
export interface Proof {
  readonly version: string;
  readonly digest: string;
  readonly facts: readonly Fact[];
}

/** What the proof is made from. */
export interface Evidence {
  readonly git: Git;
  readonly line: MainLine;
  readonly policy: Policy;
  readonly signed: Signed | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A promotion tag, written by a workflow after the merge. */
interface Tag {
  readonly name: string;
  /** Id of the tag object; empty for one without an object of its own. */
  readonly id: string;
  readonly commit: string;
  readonly lines: readonly string[];
}

/** Returns what git knows of each release that was requested for an environment; never that it ran. */
export function prove(evidence: Evidence, environment: string): readonly Proof[] {
  const { git, line, policy } = evidence;
  const earlier = policy.environments[environment]?.after;
  const before = earlier === undefined ? [] : standsOf(git, line, earlier);
  const tags = tagsOf(git, environment);
  return standsOf(git, line, environment).map((stand) => {
    const { release, from } = stand;
    const commit = line[from];
    const facts = commit
      ? [
          ...requestFacts(evidence, stand, commit),
          ...(earlier === undefined ? [] : [soakFact(evidence, { stand, before, earlier })]),
          ...claims(stand, commit),
          ...tagFacts(evidence, tags, commit),
        ]
      : [];
    return { version: release.version, digest: release.digest, facts };
  });
}

function requestFacts(evidence: Evidence, stand: Stand, commit: MainCommit): readonly Fact[] {
  const { git, line, signed } = evidence;
  const isSigned = signed?.(commit.id) === true;
  const duration = stoodFor(evidence, stand)?.duration;
  const replaced = stand.to === 0 ? undefined : line[stand.to - 1];
  return [
    { known: "computed", text: `requested in git by commit ${commit.id} of main` },
    { known: isSigned ? "signed" : "claimed", text: `at ${formatInstant(commit.time)}` },
    {
      known: "computed",
      text: replaced ? `replaced by commit ${replaced.id}` : "requested still: nothing replaced it on main",
    },
    ...(duration === undefined
      ? [{ known: "absent" as const, text: "how long it stood: no commit since has the server's signature" }]
      : [
          {
            known: signed ? ("signed" as const) : ("claimed" as const),
            text: `stood for ${formatDuration(duration)}`,
          },
        ]),
    { known: "computed", text: `its tree: ${textOf(git, ["rev-parse", `${commit.id}^{tree}`])}` },
  ];
}

/** How long it had stood in the environment before when it was requested here. */
function soakFact(
  { line, signed }: Evidence,
  {
    stand,
    before,
    earlier,
  }: { readonly stand: Stand; readonly before: readonly Stand[]; readonly earlier: string },
): Fact {
  const parent = stand.from + 1;
  const source = before.find(
    ({ release, from, to }) => release.digest === stand.release.digest && to <= parent && parent <= from,
  );
  if (!source)
    return { known: "absent", text: `its digest did not stand in ${earlier} when it was requested` };
  const [since, until] = [countedFrom(line, source.from, signed), countedFrom(line, stand.from, signed)];
  const duration = since && until ? Math.max(0, until.time - since.time) : undefined;
  return duration === undefined
    ? {
        known: "absent",
        text: `how long it had stood in ${earlier}: no commit since has the server's signature`,
      }
    : {
        known: signed ? "signed" : "claimed",
        text: `had stood in ${earlier}, unbroken, for ${formatDuration(duration)}`,
      };
}

function claims({ release }: Stand, { subject }: MainCommit): readonly Fact[] {
  const number = /\(#(\d+)\)$|^Merge pull request #(\d+) /.exec(subject);
  const { source, origin = "release", hotfix, migration } = release;
  return [
    number
      ? { known: "claimed", text: `by pull request #${number[1] ?? number[2] ?? ""}` }
      : { known: "absent", text: "pull request: the commit names none" },
    { known: "claimed", text: `origin ${origin}, migration ${migration}` },
    source === undefined
      ? { known: "absent", text: "commit of the application's repository" }
      : { known: "claimed", text: `built from commit ${source}` },
    ...(hotfix ? [{ known: "claimed" as const, text: `hotfix by ${hotfix.owner}: ${hotfix.reason}` }] : []),
  ];
}

function tagFacts({ signed }: Evidence, tags: readonly Tag[], { id }: MainCommit): readonly Fact[] {
  const tag = tags.find(({ commit }) => commit === id);
  if (!tag) return [{ known: "absent", text: "approvals: no promotion tag points at the commit" }];
  const known = tag.id !== "" && signed?.(tag.id, "tag") === true ? "signed" : "claimed";
  const named = tag.lines.filter((line) => /^(?:Approved-by|Merged-by|Pull-Request|Head): /.test(line));
  return [
    { known, text: `tag ${tag.name}` },
    ...named.map((text) => ({ known, text: `${tag.name}: ${text}` }) as const),
    ...(named.some((line) => line.startsWith("Approved-by: "))
      ? []
      : [{ known: "absent" as const, text: `approvals: ${tag.name} names none` }]),
  ];
}

function tagsOf(git: Git, environment: string): readonly Tag[] {
  const format = "%(refname:short)%00%(objecttype)%00%(objectname)%00%(*objectname)%00%(contents)%00%00";
  const out = textOf(git, ["for-each-ref", `--format=${format}`, `refs/tags/promotion/${environment}`]);
  return out
    .split("\0\0\n")
    .map((record) => record.replace(/\0+$/, "").split("\0"))
    .filter(([name]) => name !== undefined && name !== "")
    .map(([name = "", type = "", id = "", peeled = "", contents = ""]) => ({
      name,
      id: type === "tag" ? id : "",
      commit: peeled || id,
      lines: contents.split("\n"),
    }));
}
