import { z } from "zod";
import type { Api } from "./api.ts";
import { isBefore } from "./run.ts";

/** The account that GITHUB_TOKEN writes as. */
const author = "github-actions[bot]";

/** GitHub's limit for a comment, in characters; https://github.com/orgs/community/discussions/41331 */
const mostCharacters = 65_536;

const marker = /^<!-- apg-cash-management:plan run=(\d+)\.(\d+)\.(\d+) -->\n/;
const warning = /^> \[!WARNING\]\n(?:> .*\n)+\n/;

const comment = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ login: z.string(), type: z.string() }).nullable(),
});

/** The plan's comment on a pull request, and the run that wrote it. */
interface Comment {
  readonly id: number;
  readonly order: readonly number[];
  /** Its text without the marker, and without a warning that it is out of date. */
  readonly text: string;
}

/** What to write: a new plan, or that the one that stands there is out of date, and why. */
export type Content = { readonly plan: string } | { readonly outOfDate: string };

/**
 * Writes the plan's one comment on a pull request: makes it, or changes it in place. Returns false, and writes nothing,
 * where a newer run has written already. The comment is known by its marker and by its author: a comment of somebody
 * else that begins with the marker is none.
 */
export async function writeComment(
  api: Api,
  place: { readonly number: number; readonly order: readonly number[] },
  content: Content,
): Promise<boolean> {
  const { number, order } = place;
  const existing = (await api.list(`issues/${number}/comments`)).flatMap(readComment)[0];
  if (existing && isBefore(order, existing.order)) return false;
  const body = `<!-- apg-cash-management:plan run=${order.join(".")} -->\n${textOf(content, existing?.text)}`;
  if (body.length > mostCharacters)
    throw new Error(`a comment of ${body.length} characters is too long for GitHub`);
  if (existing) await api.send("PATCH", `issues/comments/${existing.id}`, { body });
  else await api.send("POST", `issues/${number}/comments`, { body });
  return true;
}

function textOf(content: Content, earlier: string | undefined): string {
  if ("plan" in content) return content.plan;
  const reason = `> [!WARNING]\n> **Out of date.** ${content.outOfDate}\n\n`;
  return `${reason}${earlier ?? "There is no earlier plan.\n"}`;
}

function readComment(found: unknown): Comment[] {
  const { id, body, user } = comment.parse(found);
  const match = marker.exec(body ?? "");
  if (!match || user?.login !== author || user.type !== "Bot") return [];
  const text = (body ?? "").slice(match[0].length).replace(warning, "");
  return [{ id, order: match.slice(1).map(Number), text }];
}
