import type { Alike } from "./alike.ts";
import { permissionChanges } from "./effects/permissions.ts";
import { alertChanges, certificateChanges, imageChanges, secretChanges } from "./effects/sections.ts";
import type { JudgedFiles } from "./judge.ts";
import type { InEnvironments } from "./merge.ts";
import { secretsIn } from "./redact.ts";
import type { EnvironmentReport, Omitted, Plan } from "./report/model.ts";
import { objectTexts } from "./texts.ts";

/** The lists of a plan whose lines name the environments that they hold for. */
type Lists = Pick<
  Plan,
  | "effects"
  | "capacity"
  | "network"
  | "permissions"
  | "configuration"
  | "images"
  | "alerts"
  | "certificates"
  | "secrets"
  | "hooks"
  | "objects"
>;

/** What a plan says about environments that are alike. */
export interface Outcome extends Lists {
  readonly reports: readonly EnvironmentReport[];
  readonly omitted: readonly Omitted[];
  readonly changed: boolean;
  /** Texts that stand where a secret stands, in any of the environments. */
  readonly withheld: readonly string[];
}

/** Returns what the plan says about the environments of which one was judged; `texts` adds the objects as text. */
export function outcomeOf({ named: { name }, names }: Alike, judged: JudgedFiles, texts: boolean): Outcome {
  const { report, effects, context, pairs, after } = judged;
  const bodies = pairs.flatMap((pair) => [pair.base?.body ?? {}, pair.head?.body ?? {}]);
  const each = <Line extends InEnvironments>(lines: readonly Line[]): readonly Line[] =>
    lines.flatMap((line) => inAll(line, name, names));
  const forAll = <Value>(values: readonly Value[]): readonly Value[] =>
    values.flatMap((value) => names.map((other) => renamed(value, name, other)));
  return {
    reports: forAll([report]),
    effects: each(effects),
    capacity: each(judged.capacity),
    network: each(judged.network),
    permissions: each(pairs.length > 0 ? permissionChanges(name, context.base, after) : []),
    configuration: each(judged.configuration),
    images: each(imageChanges(name, pairs)),
    alerts: each(alertChanges(name, pairs)),
    certificates: each(certificateChanges(name, pairs)),
    secrets: each(secretChanges(name, pairs)),
    hooks: each(judged.hooks),
    objects: each(texts ? objectTexts(name, effects, context) : []),
    omitted: forAll(judged.omitted),
    changed: judged.changed,
    withheld: forAll([...new Set(bodies.flatMap((body) => [...secretsIn(body)]))]),
  };
}

// One line for all, or one for each where the line itself mentions the environment.
function inAll<Line extends InEnvironments>(
  line: Line,
  name: string,
  names: readonly string[],
): readonly Line[] {
  if (names.length === 1) return [line];
  const alone = { ...line, environments: [], ...(line.sources === undefined ? {} : { sources: [] }) };
  if (JSON.stringify(alone).includes(name)) return names.map((other) => renamed(line, name, other));
  const sources = line.sources && names.flatMap((other) => renamed(line.sources ?? [], name, other));
  return [{ ...line, environments: names, ...(sources === undefined ? {} : { sources }) }];
}

/** Returns the value with one environment's name in place of another's, wherever it stands. */
function renamed<Value>(value: Value, from: string, to: string): Value {
  if (from === to) return value;
  const copy: Value = JSON.parse(JSON.stringify(value).replaceAll(from, to));
  return copy;
}
