import { differences } from "../compare/differences.ts";
import { at, isObject, listAt, mapAt, textAt, type JsonObject } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";
import type { AlertChange, CertificateChange, ImageChange, SecretChange } from "../report/model.ts";
import { redactObject } from "../redact.ts";
import { changeOf, nameOf } from "./draft.ts";
import { containersOf, templateOf, type ObjectSet } from "./neighbours.ts";
import { changedFingerprints } from "./refusals/others.ts";

/** One object on both sides; an absent side is an object that comes or goes. */
export interface Pairing {
  readonly base?: PlanObject;
  readonly head?: PlanObject;
}

/** Returns the objects of both sides that are not the same object with the same content. */
export function changedPairs(base: ObjectSet, head: ObjectSet): readonly Pairing[] {
  const keys = [...new Set([...base.keys(), ...head.keys()])];
  return keys.flatMap((key) => {
    const [old, next] = [base.get(key), head.get(key)];
    if (old && next && old.body === next.body) return [];
    return [{ ...(old ? { base: old } : {}), ...(next ? { head: next } : {}) }];
  });
}

function images(object: PlanObject | undefined): ReadonlyMap<string, string> {
  const template = object && templateOf(object);
  const containers = template ? containersOf(template) : [];
  return new Map(
    containers.map((container) => [textAt(container, "name") ?? "", textAt(container, "image") ?? ""]),
  );
}

function digestOf(image: string | undefined): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image ?? "")?.[1];
}

/** Returns the images that change, come or go. */
export function imageChanges(environment: string, pairs: readonly Pairing[]): readonly ImageChange[] {
  return pairs.flatMap(({ base, head }) => {
    const object = head ?? base;
    if (!object || !templateOf(object)) return [];
    const [old, next] = [images(base), images(head)];
    return [...new Set([...old.keys(), ...next.keys()])].flatMap((container): ImageChange[] => {
      const [before, after] = [old.get(container), next.get(container)];
      if (before === after) return [];
      const sameDigest = digestOf(before) !== undefined && digestOf(before) === digestOf(after);
      const sides = {
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      };
      return [{ environments: [environment], workload: nameOf(object), container, ...sides, sameDigest }];
    });
  });
}

function alertsOf(object: PlanObject | undefined): ReadonlyMap<string, JsonObject> {
  const rules = listAt(object?.body, "spec", "groups").flatMap((group) => listAt(group, "rules"));
  return new Map(
    rules.flatMap((rule) => {
      const name = textAt(rule, "alert") ?? textAt(rule, "record");
      return isObject(rule) && name !== undefined ? [[name, rule] as const] : [];
    }),
  );
}

/** Returns alerts and recording rules that come, go or change. */
export function alertChanges(environment: string, pairs: readonly Pairing[]): readonly AlertChange[] {
  return pairs.flatMap(({ base, head }) => {
    const object = head ?? base;
    if (object?.group !== "monitoring.coreos.com" || object.kind !== "PrometheusRule") return [];
    const [old, next] = [alertsOf(base), alertsOf(head)];
    return [...new Set([...old.keys(), ...next.keys()])].flatMap((alert): AlertChange[] => {
      const [before, after] = [old.get(alert), next.get(alert)];
      const shown = { before: redactObject(before ?? {}), after: redactObject(after ?? {}) };
      const fields = differences(before ?? {}, after ?? {}, false, shown).map((difference) =>
        changeOf(difference, "live"),
      );
      if (before && after && fields.length === 0) return [];
      const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
      return [
        {
          environments: [environment],
          change,
          alert,
          object: nameOf(object),
          fields: change === "changed" ? fields : [],
        },
      ];
    });
  });
}

/** Returns certificates that come, go or change: their names, issuer, lifetime or Secret. */
export function certificateChanges(
  environment: string,
  pairs: readonly Pairing[],
): readonly CertificateChange[] {
  return pairs.flatMap(({ base, head }) => {
    const object = head ?? base;
    if (object?.group !== "cert-manager.io" || object.kind !== "Certificate") return [];
    const found = differences(mapAt(base?.body, "spec"), mapAt(head?.body, "spec"), false);
    if (base && head && found.length === 0) return [];
    const verb = base ? (head ? "live" : "deleted") : "created";
    return [
      {
        environments: [environment],
        object: nameOf(object),
        changes: found.map((difference) => changeOf(difference, verb)),
      },
    ];
  });
}

// Names of keys, of a Secret or of what makes one. For an ExternalSecret a key that is read from elsewhere changed.
function secretKeys(object: PlanObject | undefined): ReadonlyMap<string, string> {
  if (!object) return new Map();
  if (object.fingerprints) return object.fingerprints;
  const entries = listAt(object.body, "spec", "data").map((entry): [string, string] => [
    textAt(entry, "secretKey") ?? "",
    JSON.stringify(at(entry, "remoteRef") ?? null),
  ]);
  const template = Object.entries(mapAt(object.body, "spec", "target", "template", "data"));
  return new Map([
    ...entries,
    ...template.map(([key, value]): [string, string] => [key, JSON.stringify(value)]),
  ]);
}

/** Returns Secrets and ExternalSecrets whose keys come, go or change: the names of the keys and nothing else. */
export function secretChanges(environment: string, pairs: readonly Pairing[]): readonly SecretChange[] {
  return pairs.flatMap(({ base, head }) => {
    const object = head ?? base;
    const isExternal = object?.group === "external-secrets.io" && object.kind === "ExternalSecret";
    if (!object || !(isExternal || object.fingerprints)) return [];
    const [old, next] = [secretKeys(base), secretKeys(head)];
    const added = [...next.keys()].filter((key) => !old.has(key));
    const removed = [...old.keys()].filter((key) => !next.has(key));
    const changed = isExternal
      ? [...next].filter(([key, source]) => old.has(key) && old.get(key) !== source).map(([key]) => key)
      : base && head
        ? changedFingerprints({ base, head })
        : [];
    if (added.length + removed.length + changed.length === 0) return [];
    return [{ environments: [environment], object: nameOf(object), added, removed, changed }];
  });
}
