import type { Git } from "../plan/read/git.ts";
import { parseFile } from "../values/parse-file.ts";
import { releaseSchema, type Release } from "../values/release.ts";
import { readObjects, textOf } from "./objects.ts";

/** A commit on the first-parent line of the main branch: what was merged, in order. */
export interface MainCommit {
  readonly id: string;
  /** Its committer's date, in milliseconds since 1970: a claim of whoever made it, unless the server signed it. */
  readonly time: number;
  readonly subject: string;
  readonly body: string;
}

/** Commits of the main branch, newest first. */
export type MainLine = readonly MainCommit[];

/** A time during which one release stood in an environment's release.yaml on the main branch, unbroken. */
export interface Stand {
  readonly release: Release;
  /** Places in the main line: the commit that brought it, and the newest that still has it. */
  readonly from: number;
  readonly to: number;
}

/** Returns the first-parent line that ends in a commit, newest first. */
export function mainLine(git: Git, tip: string): MainLine {
  const out = textOf(git, ["log", "--first-parent", "-z", "--format=%H%n%ct%n%s%n%b", tip, "--"]);
  return out
    .split("\0")
    .filter(Boolean)
    .map((record) => {
      const [id = "", seconds = "", subject = "", ...body] = record.split("\n");
      return { id, time: Number(seconds) * 1000, subject, body: body.join("\n") };
    });
}

/**
 * Returns what stood in an environment, newest first. A release.yaml that is absent or unreadable ends a stand, and so
 * does another digest in between.
 */
export function standsOf(git: Git, line: MainLine, environment: string): readonly Stand[] {
  const file = releaseFile(environment);
  const contents = readObjects(
    git,
    line.map(({ id }) => `${id}:${file}`),
  );
  const known = new Map<string, Release | undefined>();
  const releases = contents.map((bytes) => {
    const text = bytes?.toString("latin1") ?? "";
    if (!known.has(text)) known.set(text, bytes && parseFile(releaseSchema, file, bytes).value);
    return known.get(text);
  });
  const stands: Stand[] = [];
  for (const [index, release] of releases.entries()) {
    if (!release) continue;
    const last = stands.at(-1);
    if (last?.from === index - 1 && last.release.digest === release.digest) {
      stands[stands.length - 1] = { ...last, from: index };
    } else stands.push({ release, from: index, to: index });
  }
  return stands;
}

/** Returns the path of an environment's release.yaml. */
export function releaseFile(environment: string): string {
  return `environments/${environment}/release.yaml`;
}
