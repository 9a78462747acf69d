import { basename } from "node:path";
import { z } from "zod";

const schema = z.object({
  /** What was proven, as a sentence. */
  claim: z.string(),
  /** Programs and releases it was proven against. */
  against: z.array(z.string()).readonly(),
  /** How many objects, pods or cases stand behind it. */
  count: z.string(),
  /** Whether real containers, KWOK's simulated pods or no pods at all stood behind it. */
  pods: z.enum(["none", "KWOK", "real"]),
});

/** One line of the report on what was proven. */
export type Proof = z.infer<typeof schema>;

const suiteSchema = z.object({
  /** Commit of the repository that the suite ran at. */
  commit: z.string(),
  /** Day of the run, as in 2026-01-31. */
  date: z.string(),
  /** Names of the tests that did not pass. */
  failures: z.array(z.string()).readonly(),
  proofs: z.array(schema).readonly(),
});

/** What the last run of a suite has proven. */
export type SuiteRun = z.infer<typeof suiteSchema>;

/** The last run of each suite, by its name, in the order of the names. */
export type SuiteRuns = Readonly<Record<string, SuiteRun>>;

/** Environment variable that names the file which a run collects its proofs in. */
export const proofFile = "CLUSTER_PROOF_FILE";

const lineSchema = z.object({ suite: z.string(), proof: schema });

/** The name of a suite: its file's, without what all have at the end. */
export function suiteOf(path: string): string {
  return basename(path, ".proof.ts");
}

/** Reads what a run collected, by suite. Throws where a line is no proof. */
export function readProofs(text: string): ReadonlyMap<string, readonly Proof[]> {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const suites = Map.groupBy(lines, ({ suite }) => suite);
  return new Map([...suites].map(([suite, list]) => [suite, list.map(({ proof }) => proof)]));
}

/** Reads what earlier runs left. Throws where it is not as they leave it. */
export function readRuns(text: string): SuiteRuns {
  return z.record(z.string(), suiteSchema).parse(JSON.parse(text));
}
