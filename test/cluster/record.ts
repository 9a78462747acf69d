import { appendFile } from "node:fs/promises";
import process from "node:process";
import { expect } from "vitest";
import { proofFile, suiteOf, type Proof } from "./proof.ts";

/** Adds a proof of the suite that calls it to the run's report; does nothing in a run that writes none. */
export async function record(proof: Proof): Promise<void> {
  const file = process.env[proofFile];
  const suite = suiteOf(expect.getState().testPath ?? "");
  if (file !== undefined) await appendFile(file, `${JSON.stringify({ suite, proof })}\n`);
}
