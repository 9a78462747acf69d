import { AlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { IReceiver } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Receiver";
import type { Model } from "../kubernetes/manifest.ts";
import { inhibitions } from "./alerts/inhibitions.ts";

/** Who is told of alerts. */
export interface AlertRouting {
  /** Label `release`, by which the platform's Alertmanager may select. */
  readonly release: string;
  /** Secret of the namespace with the receivers' webhook addresses: an address is a password. */
  readonly secret: string;
  /** Its key with the address for critical alerts: the on-call service. */
  readonly criticalKey: string;
  /** Its key with the address for warnings: a queue for working hours. */
  readonly warningKey: string;
}

/**
 * Returns the AlertmanagerConfig of the namespace. The operator adds a matcher on the namespace to its route and to
 * every inhibition, so that it neither receives nor mutes alerts of others.
 */
export function alertRouting({ release, secret, criticalKey, warningKey }: AlertRouting): Model[] {
  return [
    new AlertmanagerConfig({
      metadata: {
        name: "apg-cash-management-routing",
        labels: { app: "apg-cash-management", release },
      },
      spec: {
        receivers: [webhook("critical", secret, criticalKey), webhook("warning", secret, warningKey)],
        route: {
          receiver: "warning",
          // One notification per problem, however many pods have it.
          groupBy: ["namespace", "alertname"],
          groupWait: "30s",
          groupInterval: "5m",
          repeatInterval: "12h",
          routes: [
            {
              receiver: "critical",
              matchers: [{ name: "severity", value: "critical", matchType: "=" }],
              repeatInterval: "1h",
            },
          ],
        },
        inhibitRules: inhibitions.map(({ cause, mutes, equal }) => ({
          sourceMatch: [{ name: "alertname", value: cause, matchType: "=" as const }],
          targetMatch: [{ name: "alertname", value: mutes.join("|"), matchType: "=~" as const }],
          equal: ["namespace", ...equal],
        })),
      },
    }),
  ];
}

function webhook(name: string, secret: string, key: string): IReceiver {
  return { name, webhookConfigs: [{ urlSecret: { name: secret, key }, sendResolved: true }] };
}
