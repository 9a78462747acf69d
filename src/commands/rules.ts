import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rulesReference } from "../checks/reference.ts";
import { rules } from "../checks/rules.ts";
import type { Command } from "./command.ts";

/** Lists every rule with its reason and source. */
export const rulesCommand: Command = {
  usage: `usage: npm run rules [-- --write]

Lists the rules that every environment's objects are checked against, or writes docs/checks.md.`,
  options: { write: { type: "boolean" } },
  async run({ root, options, output }) {
    if (options["write"] === true) {
      await writeFile(join(root, "docs/checks.md"), rulesReference(rules));
      return 0;
    }
    output.print(rules.map(({ id, reason, source }) => `${id}\n  ${reason}\n  ${source}`).join("\n"));
    return 0;
  },
};
