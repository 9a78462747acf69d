import { settingChanges } from "../configuration/files.ts";
import { at, mapAt, type Json, type JsonObject } from "../json.ts";
import { withheld } from "../read/secrets.ts";
import { redactObject, redactValue } from "../redact.ts";
import { identityOf, type PlanObject } from "../read/objects.ts";
import type { ConfigurationChange, Verb } from "../report/model.ts";
import { nameOf } from "./draft.ts";
import { shortName, type ObjectSet } from "./neighbours.ts";
import { readersOf, type Reader } from "./readers.ts";

/** What a change of a ConfigMap does: a line per key, and the verb of the object. */
export interface ConfigurationEffect {
  readonly verb: Verb;
  readonly cause: string;
  readonly depends: readonly string[];
  readonly lines: readonly ConfigurationChange[];
}

type Acts = ConfigurationChange["acts"];

interface Timing {
  readonly acts: Acts;
  readonly why: string;
}

// From what is seen first to what is seen last.
const order: readonly Acts[] = ["rolls", "live", "after-reload", "next-run", "next-restart", "unknown"];

/**
 * Returns what the changed keys of a ConfigMap do. Kubernetes itself restarts nothing: a process sees the new value
 * when its pod is replaced, or when it reads a mounted file again.
 */
export function configurationEffect({
  environment,
  base,
  head,
  set,
  rolling,
}: {
  readonly environment: string;
  readonly base: PlanObject;
  readonly head: PlanObject;
  readonly set: ObjectSet;
  /** Workloads whose pods this plan replaces, by identity. */
  readonly rolling: ReadonlySet<string>;
}): ConfigurationEffect {
  const readers = readersOf(head, set);
  const shown = { before: redactObject(base.body), after: redactObject(head.body) };
  const lines = changedKeys(base, head).flatMap(({ field, key, before, after }) => {
    const own = readers.filter(({ keys }) => keys === undefined || keys.has(key));
    const timing = own
      .map((reader) => timingOf(reader, rolling))
      .toSorted((a, b) => order.indexOf(a.acts) - order.indexOf(b.acts));
    const first = timing[0] ?? { acts: "unknown" as const, why: "nothing in this tree reads it" };
    return linesOf({ field, key, before, after, shown, timing: first }).map((line) => ({
      environments: [environment],
      object: nameOf(head),
      readers: [...new Set(own.map(({ workload }) => shortName(workload)))],
      ...line,
    }));
  });
  return { ...verbOf(lines), lines };
}

function verbOf(lines: readonly ConfigurationChange[]): Omit<ConfigurationEffect, "lines"> {
  const acts = new Set(lines.map((line) => line.acts));
  if (acts.has("rolls"))
    return { verb: "live", cause: "the pods that read it are replaced in this sync", depends: [] };
  if (acts.has("live") || acts.has("after-reload")) {
    return {
      verb: "live",
      cause: "mounted files change within about a minute, no pod restarts",
      depends: ["whether the processes read the files again"],
    };
  }
  if (acts.has("next-run")) return { verb: "live", cause: "the next run of its Jobs reads it", depends: [] };
  if (acts.has("unknown"))
    return { verb: "live", cause: "nothing in this tree reads what changes", depends: ["who reads it"] };
  return lines.length === 0
    ? { verb: "live", cause: "only its metadata changes", depends: [] }
    : {
        verb: "no-effect-yet",
        cause: "its readers keep the old values until their pods restart, and nothing restarts them",
        depends: [],
      };
}

function timingOf({ workload, way, init }: Reader, rolling: ReadonlySet<string>): Timing {
  const who = shortName(workload);
  if (workload.kind === "CronJob" || workload.kind === "Job")
    return { acts: "next-run", why: `${who} reads it at its next run` };
  if (rolling.has(identityOf(workload)))
    return { acts: "rolls", why: `the pods of ${who} are replaced in this sync` };
  if (init) return { acts: "next-restart", why: `an init container of ${who} reads it when a pod starts` };
  switch (way) {
    case "environment":
      return {
        acts: "next-restart",
        why: `${who} has it in its environment, which is fixed when the process starts`,
      };
    case "sub-path":
      return { acts: "next-restart", why: `${who} mounts it with subPath, which is never updated` };
    case "volume":
      return {
        acts: "live",
        why: `${who} mounts the volume: the file changes within about a minute, if its process reads it again`,
      };
    case "pull-secret":
      return { acts: "live", why: `the next image pull of ${who} uses it` };
  }
}

interface ChangedKey {
  readonly field: string;
  readonly key: string;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

function changedKeys(base: PlanObject, head: PlanObject): readonly ChangedKey[] {
  return ["data", "binaryData"].flatMap((field) => {
    const [old, next] = [mapAt(base.body, field), mapAt(head.body, field)];
    return [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((key) => {
      const [before, after] = [at(old, key), at(next, key)];
      if (before === after) return [];
      return [
        {
          field,
          key,
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        },
      ];
    });
  });
}

type Line = Pick<ConfigurationChange, "key" | "before" | "after" | "acts" | "why">;

// Of the files of PostgreSQL and Redis each setting is a line of its own, with the time at which the server takes it.
function linesOf({
  field,
  key,
  before,
  after,
  shown,
  timing,
}: ChangedKey & {
  readonly shown: { readonly before: JsonObject; readonly after: JsonObject };
  readonly timing: Timing;
}): readonly Line[] {
  const settings =
    typeof before === "string" && typeof after === "string" ? settingChanges(key, before, after) : undefined;
  if (settings === undefined) {
    return [
      {
        key,
        ...(before === undefined ? {} : { before: at(shown.before, field, key) ?? withheld }),
        ...(after === undefined ? {} : { after: at(shown.after, field, key) ?? withheld }),
        ...timing,
      },
    ];
  }
  if (settings.length === 0)
    return [{ key, ...timing, why: `${timing.why}; only comments or spaces change` }];
  const readsFile = timing.acts === "live";
  return settings.map(({ name, before: old, after: next, timing: own, why }) => ({
    key: `${key}: ${name}`,
    ...(old === undefined ? {} : { before: redactValue(name, old) }),
    ...(next === undefined ? {} : { after: redactValue(name, next) }),
    ...(readsFile ? { acts: own, why } : timing),
  }));
}
