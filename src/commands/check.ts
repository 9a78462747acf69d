import { endedExceptions } from "../checks/run.ts";
import { compareFiles, readFiles } from "../output/disk.ts";
import { render, subjectOf } from "../render.ts";
import { tellFindings } from "./findings.ts";
import { type Command, environmentOption, textOption } from "./command.ts";

/** Compares what would be rendered with what is on the disk, in both directions; writes nothing. */
export const check: Command = {
  usage: `usage: npm run check [-- --environment NAME]

Compares the rendered trees with what the values say. Writes nothing; ends with 1 when they differ, when a rule finds
that the objects do not fit together, or when an exception to a rule has ended.`,
  options: environmentOption,
  async run(call) {
    const environment = textOption(call, "environment");
    const { environments, files, findings, folders } = await render(call.root, environment);
    const today = call.today();
    const ended = environments.flatMap((rendered) => endedExceptions(subjectOf(rendered), today));
    if (tellFindings(call, [...findings, ...ended])) return 1;
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
