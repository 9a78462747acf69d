import { appendFile } from "node:fs/promises";
import process from "node:process";
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

/** Adds a proof to the run's report; does nothing in a run that writes none. */
export async function record(proof: Proof): Promise<void> {
  const file = process.env[proofFile];
  if (file !== undefined) await appendFile(file, `${JSON.stringify(proof)}\n`);
}

/** Environment variable that names the file which a run collects its proofs in. */
export const proofFile = "CLUSTER_PROOF_FILE";

/** Reads what a run collected. */
export function readProofs(text: string): readonly Proof[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));
}
