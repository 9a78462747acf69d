import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startApi } from "./api.ts";
import { keepIssue } from "./issue.ts";
import { fenced } from "./summary.ts";
import type { Task } from "./task.ts";

/** Keeps the issue about ends of support: open, with what REPORT holds, while OUTCOME is not `success`. */
export const reportSupport: Task = async ({ root, runner, output }) => {
  const report = readFileSync(resolve(root, runner.input("REPORT")), "utf8");
  const done = await keepIssue(startApi(runner), {
    subject: "end-of-life",
    title: "Support of a version ends within half a year",
    body:
      runner.input("OUTCOME") === "success"
        ? undefined
        : `\`npm run end-of-life\` (${runner.runUrl}):\n\n${fenced(report, 20_000)}\n`,
  });
  output.print(`the issue about ends of support: ${done}`);
  return 0;
};
