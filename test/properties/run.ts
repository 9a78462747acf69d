import { mistaken } from "./mistakes.ts";
import { note, type Reached } from "./coverage.ts";
import { judgeText, problemsOf } from "./judge.ts";
import { randomEnvironment } from "./values.ts";

/** What a run over random environments came to. */
export interface Outcome {
  readonly runs: number;
  /** Environments that the schema refused, which counts as discarded. */
  readonly discarded: number;
  /** What the rules report of the others, each with its seed. */
  readonly failures: readonly string[];
  readonly reached: Reached;
}

/** Renders the environments of so many seeds, from one on. */
export function runValid(from: number, runs: number): Outcome {
  const reached: Reached = new Map();
  const failures: string[] = [];
  let discarded = 0;
  for (let seed = from; seed < from + runs; seed += 1) {
    const environment = randomEnvironment(seed);
    const { refused, findings } = problemsOf(environment);
    if (refused.length > 0) discarded += 1;
    else note(reached, environment.values);
    failures.push(...findings.map((finding) => `seed ${seed}: ${finding}`));
  }
  return { runs, discarded, failures, reached };
}

/** Judges files with one mistake each, of so many seeds: returns those that were accepted or that ended in a trace. */
export function runInvalid(from: number, runs: number): readonly string[] {
  const failures: string[] = [];
  for (let seed = from; seed < from + runs; seed += 1) {
    const { kind, text } = mistaken(seed);
    const { code, message } = judgeText(text);
    const traced = /\n\s+at \S|\.ts:\d+:\d+|\[object Object\]|undefined/.test(message);
    if ((code !== 1 && code !== 2) || message.trim() === "" || traced)
      failures.push(`seed ${seed}, ${kind}: ended with ${code}: ${message.slice(0, 500)}`);
  }
  return failures;
}
