import { jobFamilies } from "./jobs.ts";
import { otherFamilies } from "./others.ts";
import { pairsOf, type Pair } from "./pair.ts";
import { serviceFamilies } from "./services.ts";
import { storageFamilies } from "./storage.ts";
import { valueFamilies } from "./values.ts";
import { workloadFamilies } from "./workloads.ts";

export type { Pair };

/** Every pair, in a fixed order. */
export const pairs: readonly Pair[] = pairsOf([
  ...workloadFamilies,
  ...jobFamilies,
  ...serviceFamilies,
  ...storageFamilies,
  ...otherFamilies,
  ...valueFamilies,
]);
