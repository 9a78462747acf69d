import { UsageError } from "../errors.ts";
import { formatMatrices, matrixFormats } from "../network/matrix-report.ts";
import { networkOf, reachability } from "../network/reachability.ts";
import { render } from "../render.ts";
import { type Command, environmentOption, oneOf, textOption } from "./command.ts";

/** Prints who may talk to whom. */
export const matrix: Command = {
  usage: `usage: npm run matrix [-- --environment NAME] [--format ${matrixFormats.join("|")}]

Prints every connection that the network policies leave open, computed from the policies and the pods alone: sender,
receiver, protocol and ports. Ends that are treated alike stand together; json lists each by itself.`,
  options: { ...environmentOption, format: { type: "string" } },
  async run(call) {
    const format = oneOf("--format", textOption(call, "format") ?? "terminal", matrixFormats);
    const environment = textOption(call, "environment");
    if (format === "mermaid" && environment === undefined)
      throw new UsageError("--format mermaid draws one environment: name it with --environment");
    const { environments } = await render(call.root, environment);
    const matrices = environments.map(({ name, manifests }) => ({
      environment: name,
      connections: reachability(networkOf(manifests)),
    }));
    call.output.print(formatMatrices(matrices, format));
    return 0;
  },
};
