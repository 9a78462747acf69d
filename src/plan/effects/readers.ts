import { at, listAt, textAt, type Json, type JsonObject } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";
import { containersOf, templateOf, type ObjectSet } from "./neighbours.ts";

/** How a pod gets a value: as the environment of its process, or as a file. */
type Way = "environment" | "sub-path" | "volume" | "pull-secret";

/** A workload that reads a ConfigMap or Secret. */
export interface Reader {
  readonly workload: PlanObject;
  readonly way: Way;
  /** Keys that it reads; undefined for all of them. */
  readonly keys: ReadonlySet<string> | undefined;
  /** Whether an init container is the only one that gets it. */
  readonly init: boolean;
  /** Where the file of a key stands in the container, for a volume. */
  readonly mountPath?: string;
}

interface Workload {
  readonly workload: PlanObject;
  readonly template: JsonObject;
}

// A set never changes; thousands of ConfigMaps ask for the same few workloads.
const workloads = new WeakMap<ObjectSet, readonly Workload[]>();

function workloadsOf(set: ObjectSet): readonly Workload[] {
  const known = workloads.get(set);
  if (known) return known;
  const found = [...set.values()].flatMap((workload): Workload[] => {
    const template = templateOf(workload);
    return template ? [{ workload, template }] : [];
  });
  workloads.set(set, found);
  return found;
}

/** Returns every way in which the workloads of the set read a ConfigMap or Secret. */
export function readersOf(source: PlanObject, set: ObjectSet): readonly Reader[] {
  if (source.group !== "" || (source.kind !== "ConfigMap" && source.kind !== "Secret")) return [];
  const found: Reader[] = [];
  for (const { workload, template } of workloadsOf(set)) {
    if (workload.namespace !== source.namespace) continue;
    found.push(
      ...environmentReaders(source, workload, template),
      ...volumeReaders(source, workload, template),
    );
    const pulls =
      source.kind === "Secret" &&
      listAt(template, "spec", "imagePullSecrets").some((item) => at(item, "name") === source.name);
    if (pulls) found.push({ workload, way: "pull-secret", keys: undefined, init: false });
  }
  return found;
}

function isInit(template: JsonObject, container: JsonObject): boolean {
  return listAt(template, "spec", "initContainers").includes(container);
}

function environmentReaders(
  { kind, name }: PlanObject,
  workload: PlanObject,
  template: JsonObject,
): readonly Reader[] {
  const keyRef = kind === "ConfigMap" ? "configMapKeyRef" : "secretKeyRef";
  const whole = kind === "ConfigMap" ? "configMapRef" : "secretRef";
  return containersOf(template).flatMap((container): Reader[] => {
    const init = isInit(template, container);
    const keys = listAt(container, "env").flatMap((variable) =>
      at(variable, "valueFrom", keyRef, "name") === name
        ? (textAt(variable, "valueFrom", keyRef, "key") ?? [])
        : [],
    );
    const all = listAt(container, "envFrom").some((entry) => at(entry, whole, "name") === name);
    if (all) return [{ workload, way: "environment", keys: undefined, init }];
    return keys.length > 0 ? [{ workload, way: "environment", keys: new Set(keys), init }] : [];
  });
}

function volumeReaders(
  { kind, name }: PlanObject,
  workload: PlanObject,
  template: JsonObject,
): readonly Reader[] {
  const found: Reader[] = [];
  for (const volume of listAt(template, "spec", "volumes")) {
    const items = itemsOf(volume, kind, name);
    if (items === undefined) continue;
    const volumeName = textAt(volume, "name");
    for (const container of containersOf(template)) {
      for (const mount of listAt(container, "volumeMounts")) {
        if (at(mount, "name") !== volumeName) continue;
        const subPath = textAt(mount, "subPath") ?? textAt(mount, "subPathExpr");
        const keys = items === "all" ? undefined : new Set(items.map(({ key }) => key));
        const mountPath = textAt(mount, "mountPath") ?? "";
        const init = isInit(template, container);
        if (subPath) {
          const key =
            items === "all" ? subPath : (items.find(({ path }) => path === subPath)?.key ?? subPath);
          found.push({ workload, way: "sub-path", keys: new Set([key]), init, mountPath });
        } else {
          found.push({ workload, way: "volume", keys, init, mountPath });
        }
      }
    }
  }
  return found;
}

type Items = readonly { readonly key: string; readonly path: string }[] | "all";

function itemsOf(volume: Json, kind: string, name: string): Items | undefined {
  const direct = kind === "ConfigMap" ? at(volume, "configMap") : at(volume, "secret");
  const directName = kind === "ConfigMap" ? at(direct, "name") : at(direct, "secretName");
  if (directName === name) return listedItems(direct);
  const source = listAt(volume, "projected", "sources")
    .map((entry) => at(entry, kind === "ConfigMap" ? "configMap" : "secret"))
    .find((entry) => at(entry, "name") === name);
  return source === undefined ? undefined : listedItems(source);
}

function listedItems(source: ReturnType<typeof at>): Items {
  const items = listAt(source, "items");
  return items.length === 0
    ? "all"
    : items.map((item) => ({ key: textAt(item, "key") ?? "", path: textAt(item, "path") ?? "" }));
}
