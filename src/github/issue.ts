import { z } from "zod";
import type { Api } from "./api.ts";

/** The account that GITHUB_TOKEN writes as. */
const author = "github-actions[bot]";

const issue = z.object({
  number: z.int().positive(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});

/** An issue that a workflow keeps: what it is about, and what to say while there is something to say. */
export interface KeptIssue {
  /** Tells this issue from others of the same workflow; it is not shown. */
  readonly subject: string;
  readonly title: string;
  /** Markdown; undefined when all is well again, which closes the issue. */
  readonly body: string | undefined;
}

/**
 * Opens the issue, or edits the open one in place, or closes it. Returns what was done. Never more than one issue of a
 * subject is open.
 */
export async function keepIssue(
  api: Api,
  { subject, title, body }: KeptIssue,
): Promise<"opened" | "edited" | "closed" | "none"> {
  const marker = `<!-- apg-cash-management:${subject} -->\n`;
  const open = await api.list(`issues?state=open&creator=${encodeURIComponent(author)}`);
  const existing = z
    .array(issue)
    .parse(open)
    .find((one) => one.user?.login === author && one.body?.startsWith(marker));
  if (body === undefined) {
    if (!existing) return "none";
    await api.send("PATCH", `issues/${existing.number}`, { state: "closed", state_reason: "completed" });
    return "closed";
  }
  const text = `${marker}${body}`;
  if (!existing) {
    await api.send("POST", "issues", { title, body: text });
    return "opened";
  }
  await api.send("PATCH", `issues/${existing.number}`, { title, body: text });
  return "edited";
}
