import { formatReport, type Report } from "../checks/run.ts";
import type { Call } from "./command.ts";

/**
 * Prints what the rules found: errors as results, warnings as messages. Returns whether there are errors, with which
 * the command writes nothing and ends with 1.
 */
export function tellFindings({ output }: Pick<Call, "output">, findings: readonly Report[]): boolean {
  const { error = [], warning = [] } = Object.groupBy(findings, ({ severity }) => severity);
  if (warning.length > 0) output.warn(warning.map(formatReport).join("\n"));
  if (error.length === 0) return false;
  output.print([...error.map(formatReport), `${error.length} findings; nothing was written`].join("\n"));
  return true;
}
