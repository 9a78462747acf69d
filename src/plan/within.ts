import { runInNewContext } from "node:vm";
import { stop } from "./read/limits.ts";

/**
 * Runs a function and returns what it returns, or throws a LimitError as soon as the milliseconds are over, wherever it
 * then is: in the middle of a file, of a comparison or of a regular expression.
 */
export function within<Result>(milliseconds: number, run: () => Result): Result {
  const results: Result[] = [];
  try {
    // Only the call is made in the other context, for the sake of its clock; the function stays in this one.
    runInNewContext("run()", { run: () => void results.push(run()) }, { timeout: Math.max(1, milliseconds) });
  } catch (error) {
    // An error of the other context, whose Error is another one.
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      stop(`it took more than ${Math.ceil(milliseconds / 1000)} seconds`);
    throw error;
  }
  const [result] = results;
  if (result === undefined) throw new Error("the function has returned nothing");
  return result;
}
