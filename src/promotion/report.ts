import type { Judgement } from "./judge.ts";

/** Returns a judgement as lines of text; with `explain` every gate and its evidence, else those that stop the change. */
export function formatJudgement(judgement: Judgement, explain: boolean): string {
  const { verdict, change, base, head, time, gates, notes } = judgement;
  const shown = gates.filter(({ status }) => explain || status === "failed" || status === "waits");
  return [
    change,
    `base ${base.slice(0, 12)}, head ${head.slice(0, 12)}, at ${time}`,
    ...shown.flatMap(({ name, status, message, evidence }) => [
      `${status.padEnd(15)}${name}: ${message}`,
      ...(explain ? evidence.map((line) => `${" ".repeat(15)}${line}`) : []),
    ]),
    ...(!explain && shown.some(({ evidence }) => evidence.length > 0) ? ["--explain says why"] : []),
    `gates: ${verdict}`,
    ...(explain ? notes : []),
  ].join("\n");
}
