import { type Command, textOption } from "../commands/command.ts";
import { UsageError } from "../errors.ts";
import { reportDelivery } from "./delivery.ts";
import { gates } from "./gates.ts";
import { image } from "./image.ts";
import { reportMain, reportPush } from "./main-branch.ts";
import { comment, findHead, outOfDate } from "./plan-comment.ts";
import { propose } from "./proposal.ts";
import { readPromotion, readRelease } from "./request.ts";
import { record } from "./record.ts";
import { runner } from "./runner.ts";
import { summary } from "./summary.ts";
import { reportSupport } from "./support.ts";
import type { Task } from "./task.ts";

const tasks: ReadonlyMap<string, Task> = new Map([
  ["find-head", findHead],
  ["comment", comment],
  ["out-of-date", outOfDate],
  ["summary", summary],
  ["gates", gates],
  ["read-release", readRelease],
  ["read-promotion", readPromotion],
  ["image", image],
  ["propose", propose],
  ["record", record],
  ["report-main", reportMain],
  ["report-push", reportPush],
  ["report-delivery", reportDelivery],
  ["report-support", reportSupport],
]);

/** Runs one task of the workflows in .github/workflows: what needs GitHub's API. */
export const githubCommand: Command = {
  usage: `usage: npm run github -- --task <${[...tasks.keys()].join("|")}>

Runs one step of a workflow in .github/workflows, with what GitHub tells it by environment variables. Of no use elsewhere.`,
  options: { task: { type: "string" } },
  run(call) {
    const task = tasks.get(textOption(call, "task") ?? "");
    if (!task) throw new UsageError(this.usage);
    return task({ root: call.root, runner: runner(), output: call.output, now: Date.now });
  },
};
