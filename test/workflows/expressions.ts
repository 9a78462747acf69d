import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { Json, JsonObject } from "../../src/kubernetes/manifest.ts";

/** How the steps before stand, which `success()` and its like ask for. */
export type Status = "success" | "failure" | "cancelled";

/**
 * Evaluates a GitHub Actions expression with GitHub's own evaluator. Throws its ExpressionError for what GitHub would
 * refuse, such as a context that does not exist.
 */
export function evaluate(expression: string, contexts: JsonObject, status: Status = "success"): Json {
  const functions = [
    statusFunction("always", true),
    statusFunction("success", status === "success"),
    statusFunction("failure", status === "failure"),
    statusFunction("cancelled", status === "cancelled"),
  ];
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const dictionary: unknown = JSON.parse(JSON.stringify(contexts), data.reviver);
  if (!(dictionary instanceof data.Dictionary)) throw new Error("contexts are a map");
  const result = new Evaluator(
    parsed,
    dictionary,
    new Map(functions.map((one) => [one.name, one])),
  ).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer));
}

/** Whether an `if:` lets a job or step run: without a status function, only after success. */
export function isWanted(condition: string | undefined, contexts: JsonObject, status: Status): boolean {
  const text = (condition ?? "").replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1").trim();
  const asksForStatus = /\b(always|success|failure|cancelled)\s*\(/.test(text);
  if (!asksForStatus && status !== "success") return false;
  if (text === "") return true;
  const result = evaluate(text, contexts, status);
  return result !== false && result !== null && result !== "" && result !== 0;
}

/** Replaces each `${{ … }}` in a text by its value, as GitHub does before it starts a step. */
export function interpolate(text: string, contexts: JsonObject, status: Status = "success"): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = evaluate(expression.trim(), contexts, status);
    return value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  });
}

function statusFunction(
  name: string,
  value: boolean,
): {
  name: string;
  minArgs: number;
  maxArgs: number;
  call: () => data.BooleanData;
} {
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) };
}
