import type { Manifest } from "../kubernetes/manifest.ts";
import { objectName } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";

/** Where a value stands. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A finding that an environment accepts for a time. */
export interface Exception {
  readonly rule: string;
  /** `Kind/name`. */
  readonly object: string;
  readonly reason: string;
  /** Last day, as year-month-day. */
  readonly end: string;
}

/** What the rules look at. */
export interface Subject {
  readonly environment: string;
  readonly manifests: readonly Manifest[];
  readonly exceptions: readonly Exception[];
  /** Returns where a value stands, given its key. */
  readonly locate: (key: string) => Position | undefined;
}

/** A finding with all that its reader needs. */
export interface Report {
  readonly environment: string;
  readonly severity: "error" | "warning";
  readonly rule: string;
  readonly reason: string;
  readonly source: string;
  /** `Kind/name`; the file of the values for an exception. */
  readonly object: string;
  readonly path: string;
  readonly message: string;
  readonly values: readonly { readonly key: string; readonly position: Position | undefined }[];
}

/** Returns everything that the rules find in an environment, without what it excepts; pure, so without a clock. */
export function runRules(rules: readonly Rule[], subject: Subject): readonly Report[] {
  const { environment, manifests, exceptions, locate } = subject;
  const used = new Set<Exception>();
  const reports = rules.flatMap((rule) =>
    [...rule.check(manifests)].flatMap((finding) => {
      const matching = exceptions.filter((exception) => covers(exception, rule, finding));
      for (const exception of matching) used.add(exception);
      return matching.length > 0 ? [] : [reportOf(rule, finding, { environment, locate })];
    }),
  );
  const unused = [...exceptions.entries()].filter(([, exception]) => !used.has(exception));
  return [
    ...reports,
    ...unused.map(([index, exception]) =>
      exceptionReport(subject, index, {
        path: `exceptions[${index}]`,
        message: `matches no finding of the rule ${exception.rule} on ${exception.object}; ${advice(rules, exception)}`,
      }),
    ),
  ];
}

/** Returns a finding for each exception that has ended before a day, given as year-month-day. */
export function endedExceptions(subject: Omit<Subject, "manifests">, today: string): readonly Report[] {
  return [...subject.exceptions.entries()]
    .filter(([, { end }]) => end < today)
    .map(([index, { rule, object, end }]) =>
      exceptionReport(subject, index, {
        path: `exceptions[${index}].end`,
        message: `the exception to ${rule} on ${object} ended on ${end}; mend the object, or agree on a later end`,
      }),
    );
}

/** Returns a report as lines of text: what and where, then why, then the values that decide it. */
export function formatReport(report: Report): string {
  const { environment, severity, rule, reason, source, object, path, message, values } = report;
  const keys = values.map(({ key, position }) => `${key} (${formatPosition(position)})`);
  return [
    `${environment}: ${object}: ${path}: ${severity === "warning" ? "warning: " : ""}${message}`,
    `  ${rule}: ${reason} (${source})`,
    ...(keys.length > 0 ? [`  decided by ${keys.join(", ")}`] : []),
  ].join("\n");
}

function formatPosition(position: Position | undefined): string {
  if (!position) return "not set";
  const { file, line, column } = position;
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

function covers({ rule: id, object }: Exception, rule: Rule, { manifest }: Finding): boolean {
  return id === rule.id && object === objectName(manifest);
}

function advice(rules: readonly Rule[], { rule }: Exception): string {
  return rules.some(({ id }) => id === rule)
    ? "remove it"
    : `the rules are ${rules.map(({ id }) => id).join(", ")}`;
}

function reportOf(
  rule: Rule,
  { manifest, path, message, values, severity }: Finding,
  { environment, locate }: Pick<Subject, "environment" | "locate">,
): Report {
  return {
    environment,
    severity: severity ?? "error",
    rule: rule.id,
    reason: rule.reason,
    source: rule.source,
    object: objectName(manifest),
    path,
    message,
    values: (values ?? rule.values).map((key) => ({ key, position: locate(key) })),
  };
}

function exceptionReport(
  { environment, locate }: Pick<Subject, "environment" | "locate">,
  index: number,
  { path, message }: Pick<Report, "path" | "message">,
): Report {
  const key = `exceptions[${index}]`;
  return {
    environment,
    severity: "error",
    rule: "exceptions",
    reason: "an exception that nobody needs, or that outlived its end, hides the next finding",
    source: "this repository's docs/checks.md",
    object: "values",
    path,
    message,
    values: [{ key, position: locate(key) }],
  };
}
