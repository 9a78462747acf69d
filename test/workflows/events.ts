import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import type { World } from "./world.ts";

/** A pull request of the world. */
export interface Opened {
  readonly number: number;
  readonly branch: string;
  /** OWNER/NAME of the repository with the branch. */
  readonly from: string;
  readonly head: string;
  /** Result of merging it into main. */
  readonly merge: string;
}

/** What a pull request is opened with; what is left out is of no matter to the test. */
export interface Opening {
  readonly number?: number;
  readonly branch?: string;
  readonly title?: string;
  readonly from?: string;
  readonly changes: ReadonlyMap<string, string | undefined>;
  readonly message?: string;
}

/** Opens a pull request with one commit on top of main, or moves it to that commit. */
export async function openPullRequest(world: World, opening: Opening): Promise<Opened> {
  const { number = 7, branch = "change", title = "A change", from = world.github.repository } = opening;
  const base = await world.origin.commitOf("refs/heads/main");
  const head = await world.origin.commit(base, opening.changes, opening.message);
  const merge = await world.origin.setPullRequest(number, head);
  const pulls = world.github.state.pulls;
  const place = pulls.findIndex((pull) => numberOf(pull) === number);
  const pull = {
    number,
    title,
    state: "open",
    user: { login: "author", type: "User" },
    head: { sha: head, ref: branch, repo: { full_name: from } },
    base: { sha: base, ref: "main", repo: { full_name: world.github.repository } },
  };
  if (place === -1) pulls.push(pull);
  else pulls[place] = pull;
  return { number, branch, from, head, merge };
}

/** The contexts of a run that a pull request causes. */
export function pullRequestEvent({ github }: World, opened: Opened): JsonObject {
  return {
    github: {
      event_name: "pull_request",
      repository: github.repository,
      run_id: "1",
      sha: opened.merge,
      ref: `refs/pull/${opened.number}/merge`,
      event: { number: opened.number, pull_request: { number: opened.number } },
    },
  };
}

/** A run of the workflow `check`, as `workflow_run` tells of it. */
export interface CheckRun {
  readonly action: "requested" | "completed";
  readonly run: number;
  readonly attempt?: number;
  readonly conclusion?: string;
  readonly event?: string;
}

/** The contexts of a run that a run of `check` on a pull request causes: it belongs to the main branch. */
export async function workflowRunEvent(
  { github, origin }: World,
  opened: Opened,
  check: CheckRun,
): Promise<JsonObject> {
  return {
    github: {
      event_name: "workflow_run",
      repository: github.repository,
      run_id: "2",
      sha: await origin.commitOf("refs/heads/main"),
      ref: "refs/heads/main",
      event: {
        repository: { default_branch: "main" },
        action: check.action,
        workflow_run: {
          event: check.event ?? "pull_request",
          run_number: check.run,
          run_attempt: check.attempt ?? 1,
          conclusion: check.conclusion ?? null,
          html_url: `https://github.com/${github.repository}/actions/runs/${check.run}`,
          head_sha: opened.head,
          head_branch: opened.branch,
          head_repository: { full_name: opened.from },
          pull_requests: [],
        },
      },
    },
    ...secretsOfEnvironment,
  };
}

/** The contexts of a run on the main branch, besides those of `workflow_run`. */
export async function mainEvent(world: World, name: string, event: JsonObject = {}): Promise<JsonObject> {
  return {
    github: {
      event_name: name,
      repository: world.github.repository,
      run_id: "3",
      actor: "somebody",
      sha: await world.origin.commitOf("refs/heads/main"),
      ref: "refs/heads/main",
      event: { repository: { default_branch: "main" }, ...event },
    },
    ...secretsOfEnvironment,
  };
}

/** What a job's protected environment gives it. */
export const secretsOfEnvironment = {
  vars: {
    PROMOTION_APP_CLIENT_ID: "client",
    IMAGE_SIGNATURE_IDENTITY: "https://github.com/datacraft/app/release",
  },
  secrets: { PROMOTION_APP_PRIVATE_KEY: "key" },
} as const satisfies JsonObject;

function numberOf(pull: unknown): unknown {
  return typeof pull === "object" && pull !== null && "number" in pull ? pull.number : undefined;
}
