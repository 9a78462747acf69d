import type { IRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Rule";

/** A condition that somebody has to act on. */
export interface Alert {
  /** Name of the alert; its runbook is the file of the same name in lower case. */
  readonly name: string;
  /** `critical` pages at any hour, `warning` is a task for working hours. */
  readonly severity: "critical" | "warning";
  /** How long the condition holds before the alert fires, in Prometheus' notation (`5m`). */
  readonly for: string;
  /** PromQL; what it returns keeps the labels that the summary and description name. */
  readonly expr: string;
  /** One line without values, so that notifications of one problem group well. */
  readonly summary: string;
  /** One sentence with the measured value, in Prometheus' template language. */
  readonly description: string;
}

/** What the rules of one system share. */
export interface RuleContext {
  /** Namespace of the system: where its series and its notifications belong. */
  readonly namespace: string;
  /** Address of the folder of runbooks, with a slash at its end. */
  readonly runbookUrl: string;
}

/**
 * Returns the alerting rule. The namespace is set as a label even where an expression aggregates it away, because
 * Prometheus Operator adds a matcher on it to every route of an AlertmanagerConfig: without it nobody is told.
 */
export function alertingRule(alert: Alert, { namespace, runbookUrl }: RuleContext): IRule {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { namespace, severity: alert.severity },
    annotations: {
      description: alert.description,
      runbook_url: `${runbookUrl}${runbookFile(alert.name)}`,
      summary: alert.summary,
    },
  };
}

/** Returns the name of the file with an alert's runbook (the rule of kubernetes-mixin: the name in lower case). */
export function runbookFile(alert: string): string {
  return `${alert.toLowerCase()}.md`;
}
