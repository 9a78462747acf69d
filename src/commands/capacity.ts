import { capacityFormats, capacityReport, formatCapacity } from "../capacity/report.ts";
import { render } from "../render.ts";
import { type Command, environmentOption, oneOf, textOption } from "./command.ts";

/** Prints what each environment uses of its quota, connections, memory and disk. */
export const capacityCommand: Command = {
  usage: `usage: npm run capacity [-- --environment NAME] [--format ${capacityFormats.join("|")}]

Prints per environment what its objects use of what they have, in the largest state that they permit: the quota, the
connections of PostgreSQL, PgBouncer and Redis, the memory of the servers, and every volume and temporary directory.
In json, amounts of the quota are thousandths of the resource's unit; the others are connections and bytes.`,
  options: { ...environmentOption, format: { type: "string" } },
  async run(call) {
    const format = oneOf("--format", textOption(call, "format") ?? "terminal", capacityFormats);
    const { environments } = await render(call.root, textOption(call, "environment"));
    const reports = environments.map(({ name, manifests }) => capacityReport(name, manifests));
    call.output.print(formatCapacity(reports, format));
    return 0;
  },
};
