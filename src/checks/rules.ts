import { capacity } from "./capacity.ts";
import { connections } from "./connections.ts";
import { credentials } from "./credentials.ts";
import { leastPrivilege } from "./least-privilege.ts";
import { memory } from "./memory.ts";
import { network } from "./network.ts";
import { podSecurity } from "./pod-security.ts";
import { references } from "./references.ts";
import { settingsAgree } from "./settings-agree.ts";
import { sizeLimits } from "./size-limits.ts";
import { syncOrder } from "./sync-order.ts";
import type { Rule } from "./rule.ts";

/** Every rule, in the order in which findings are printed. */
export const rules: readonly Rule[] = [
  references,
  podSecurity,
  leastPrivilege,
  network,
  connections,
  memory,
  capacity,
  settingsAgree,
  syncOrder,
  credentials,
  sizeLimits,
];
