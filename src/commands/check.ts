import { endedExceptions, formatReport } from "../checks/run.ts";
import { formatProblem } from "../errors.ts";
import { compareFiles, readFiles } from "../output/disk.ts";
import { endedPolicies } from "../promotion/ended.ts";
import { isOnMain } from "../promotion/on-main.ts";
import { render, subjectOf, type Rendering } from "../render.ts";
import { tellFindings } from "./findings.ts";
import { type Command, environmentOption, textOption } from "./command.ts";

/** Compares what would be rendered with what is on the disk, in both directions; writes nothing. */
export const check: Command = {
  usage: `usage: npm run check [-- --environment NAME]

Compares the rendered trees with what the values say. Writes nothing; ends with 1 when they differ, when a rule finds
that the objects do not fit together. On the main branch also when a hold, an exception, a budget or a freeze has
ended; on others that is a message, so that no pull request turns red by the calendar.`,
  options: environmentOption,
  async run(call) {
    const environment = textOption(call, "environment");
    const rendering = await render(call.root, environment);
    const { environments, files, findings, folders } = rendering;
    const isWrong = tellFindings(call, findings);
    const ended = endedBy(rendering, call.now());
    const counts = ended.length > 0 && isOnMain(call.root);
    if (counts) call.output.print(ended.join("\n"));
    else if (ended.length > 0) call.output.warn(ended.join("\n"));
    if (isWrong || counts) return 1;
    const { missing, extra, different } = compareFiles(files, await readFiles(call.root, folders));
    const differences = [
      ...missing.map((path) => `${path}: missing, the values ask for this object`),
      ...extra.map((path) => `${path}: extra, no value asks for this file`),
      ...different.map((path) => `${path}: different from what the values ask for`),
    ];
    if (differences.length === 0) {
      call.output.print(`${environments.length} environments, ${files.size} files: fresh`);
      return 0;
    }
    const command =
      environment === undefined ? "npm run render" : `npm run render -- --environment ${environment}`;
    call.output.print(
      [...differences, `${differences.length} findings; to mend them: ${command}`].join("\n"),
    );
    return 1;
  },
};

/** Returns a line for each thing that was accepted for a time that is over. */
function endedBy({ environments, policies }: Rendering, now: number): string[] {
  const today = new Date(now).toISOString().slice(0, 10);
  const exceptions = environments.flatMap((rendered) => endedExceptions(subjectOf(rendered), today));
  const releases = environments.map(({ name, release, locateRelease }) => ({
    environment: name,
    release,
    locate: locateRelease,
  }));
  const others = policies ? endedPolicies(policies, releases, now) : [];
  return [...exceptions.map(formatReport), ...others.map(formatProblem)];
}
