import { alerts } from "./alerts.ts";
import { api } from "./api.ts";
import { applicationSettings } from "./application-settings.ts";
import { autoscaling } from "./autoscaling.ts";
import { capacity } from "./capacity.ts";
import { certificates } from "./certificates.ts";
import { connections } from "./connections.ts";
import { controllerAnnotations } from "./controller-annotations.ts";
import { credentials } from "./credentials.ts";
import { dataProtection } from "./data-protection.ts";
import { disk } from "./disk.ts";
import { disruption } from "./disruption.ts";
import { edge } from "./edge.ts";
import { identities } from "./identities.ts";
import { immutableFields } from "./immutable-fields.ts";
import { labels } from "./labels.ts";
import { leastPrivilege } from "./least-privilege.ts";
import { memory } from "./memory.ts";
import { migration } from "./migration.ts";
import { network } from "./network.ts";
import { nodeSelection } from "./node-selection.ts";
import { podResources } from "./pod-resources.ts";
import { podSecurity } from "./pod-security.ts";
import { ports } from "./ports.ts";
import { postgresqlSettings } from "./postgresql-settings.ts";
import { probes } from "./probes.ts";
import { project } from "./project.ts";
import { redisSettings } from "./redis-settings.ts";
import { references } from "./references.ts";
import { scripts } from "./scripts.ts";
import { secretMakers } from "./secret-makers.ts";
import { secretUse } from "./secret-use.ts";
import { selectors } from "./selectors.ts";
import { settingsAgree } from "./settings-agree.ts";
import { sharedClaims } from "./shared-claims.ts";
import { sizeLimits } from "./size-limits.ts";
import { storage } from "./storage.ts";
import { syncOrder } from "./sync-order.ts";
import { timeouts } from "./timeouts.ts";
import { unread } from "./unread.ts";
import { validity } from "./validity.ts";
import type { Rule } from "./rule.ts";

/** Every rule, in the order in which findings are printed. */
export const rules: readonly Rule[] = [
  references,
  unread,
  identities,
  selectors,
  ports,
  api,
  controllerAnnotations,
  sizeLimits,
  labels,
  podSecurity,
  podResources,
  probes,
  validity,
  nodeSelection,
  disruption,
  autoscaling,
  leastPrivilege,
  project,
  secretMakers,
  secretUse,
  credentials,
  certificates,
  edge,
  timeouts,
  settingsAgree,
  applicationSettings,
  postgresqlSettings,
  redisSettings,
  scripts,
  connections,
  memory,
  disk,
  capacity,
  network,
  storage,
  sharedClaims,
  syncOrder,
  dataProtection,
  immutableFields,
  migration,
  alerts,
];
