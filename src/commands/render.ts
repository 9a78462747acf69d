import { writeFiles } from "../output/disk.ts";
import { render } from "../render.ts";
import { tellFindings } from "./findings.ts";
import { type Command, environmentOption, textOption } from "./command.ts";

/** Makes the rendered trees what the values say, and prints one summary. */
export const renderCommand: Command = {
  usage: `usage: npm run render [-- --environment NAME]

Renders every environment, or one, and writes the files that differ. Writes nothing and ends with 1 when a rule finds
that the objects do not fit together.`,
  options: environmentOption,
  async run(call) {
    const started = performance.now();
    const { environments, files, findings, folders } = await render(
      call.root,
      textOption(call, "environment"),
    );
    // Warnings change nothing about what is written: they are for the one who checks.
    const errors = findings.filter(({ severity }) => severity === "error");
    if (tellFindings(call, errors)) return 1;
    const { written, removed, unchanged } = await writeFiles(call.root, folders, files);
    const objects = environments.reduce((sum, { manifests }) => sum + manifests.length, 0);
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    call.output.print(
      `${environments.length} environments, ${objects} objects: ` +
        `${written} files written, ${removed} removed, ${unchanged} unchanged in ${seconds} s`,
    );
    return 0;
  },
};
