import { compareFiles, readFiles } from "../output/disk.ts";
import { render } from "../render.ts";
import { type Command, environmentOption, textOption } from "./command.ts";

/** Compares what would be rendered with what is on the disk, in both directions; writes nothing. */
export const check: Command = {
  usage: `usage: npm run check [-- --environment NAME]

Compares the rendered trees with what the values say. Writes nothing; ends with 1 when they differ.`,
  options: environmentOption,
  async run(call) {
    const environment = textOption(call, "environment");
    const { environments, files, folders } = await render(call.root, environment);
    const { missing, extra, different } = compareFiles(files, await readFiles(call.root, folders));
    const findings = [
      ...missing.map((path) => `${path}: missing, the values ask for this object`),
      ...extra.map((path) => `${path}: extra, no value asks for this file`),
      ...different.map((path) => `${path}: different from what the values ask for`),
    ];
    if (findings.length === 0) {
      call.output.print(`${environments.length} environments, ${files.size} files: fresh`);
      return 0;
    }
    const command =
      environment === undefined ? "npm run render" : `npm run render -- --environment ${environment}`;
    call.output.print([...findings, `${findings.length} findings; to mend them: ${command}`].join("\n"));
    return 1;
  },
};
