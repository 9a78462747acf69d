import type { Mutant } from "./edits.ts";
import { agreements } from "./set-a/agreements.ts";
import { capacityAndAlerts } from "./set-a/capacity-and-alerts.ts";
import { disruption } from "./set-a/disruption.ts";
import { interfaces } from "./set-a/interfaces.ts";
import { network } from "./set-a/network.ts";
import { order } from "./set-a/order.ts";
import { pods } from "./set-a/pods.ts";
import { probes } from "./set-a/probes.ts";
import { references } from "./set-a/references.ts";
import { rights } from "./set-a/rights.ts";
import { selectors } from "./set-a/selectors.ts";
import { serverSettings } from "./set-a/server-settings.ts";
import { storageAndSecrets } from "./set-a/storage-and-secrets.ts";

/** Harmful edits, the guide's defects among them: each has to be found by the rules alone. */
export const setA: readonly Mutant[] = [
  ...references,
  ...selectors,
  ...pods,
  ...disruption,
  ...probes,
  ...serverSettings,
  ...agreements,
  ...storageAndSecrets,
  ...network,
  ...rights,
  ...capacityAndAlerts,
  ...order,
  ...interfaces,
];
