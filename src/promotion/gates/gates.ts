import { canGoBack, difference, verdict } from "./effects.ts";
import type { Gate } from "./gate.ts";
import { freeze, hold, notOlder, order, rollback, soak } from "./passage.ts";
import { nothingElse, oneEnvironment, owners, policyApart, reRender } from "./scope.ts";

/** Every gate, in the order in which they are printed. */
export const gates: readonly Gate[] = [
  oneEnvironment,
  nothingElse,
  policyApart,
  reRender,
  order,
  soak,
  hold,
  freeze,
  notOlder,
  rollback,
  verdict,
  canGoBack,
  difference,
  owners,
];
