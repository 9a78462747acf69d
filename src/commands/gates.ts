import { UsageError } from "../errors.ts";
import { commitOf } from "../plan/read/git.ts";
import { judgeChange } from "../promotion/judge.ts";
import { formatJudgement } from "../promotion/report.ts";
import { mainTip, mergeResult, openRepository } from "../promotion/sides.ts";
import { textOption, type Call, type Command } from "./command.ts";

/** Says whether a change may be merged, as far as git can know; see docs/promotion.md. */
export const gatesCommand: Command = {
  usage: `usage: npm run gates [-- --base REF] [--head REF] [--explain] [--format text|json] [--at TIME]

Says whether a change may be merged: the order of environments, soak times, holds, freezes and what it does to the
cluster, from git alone. Policy is read from the base; the head is read as git objects, and none of its code is run.

  --base     the main branch as it is (default: origin/main, else main)
  --head     the change (default: HEAD); where it does not hold the base, the merge of both is judged
  --explain  every gate with its evidence
  --at       another time than now, such as 2026-12-24T08:00:00Z

Ends with 0 where it may ("not a promotion" included), 1 where it may not or not yet, 2 where the history cannot be
trusted: a shallow clone, replace refs, grafts, impossible dates.`,
  options: {
    base: { type: "string" },
    head: { type: "string" },
    explain: { type: "boolean" },
    format: { type: "string" },
    at: { type: "string" },
  },
  async run(call) {
    const format = textOption(call, "format") ?? "text";
    if (format !== "text" && format !== "json")
      throw new UsageError(`--format ${format}: must be text or json`);
    const repository = openRepository(call.root);
    const baseName = textOption(call, "base");
    const base = baseName === undefined ? mainTip(repository) : commitOf(repository.git, baseName);
    const head = mergeResult(repository, base, textOption(call, "head") ?? "HEAD");
    const judgement = await judgeChange(repository, { base, head, now: timeOf(call) });
    call.output.print(
      format === "json"
        ? JSON.stringify(judgement, undefined, 2)
        : formatJudgement(judgement, call.options["explain"] === true),
    );
    return judgement.verdict === "failed" || judgement.verdict === "waits" ? 1 : 0;
  },
};

function timeOf(call: Call): number {
  const at = textOption(call, "at");
  if (at === undefined) return call.now();
  const time = Date.parse(at);
  if (Number.isNaN(time) || !/T.*(?:Z|[+-]\d\d:\d\d)$/.test(at))
    throw new UsageError(`--at ${at}: expected a time with its zone, such as 2026-12-24T08:00:00Z`);
  return time;
}
