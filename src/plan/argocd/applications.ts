import { at, isObject, mapAt, textAt } from "../json.ts";
import { identityOf, type PlanObject } from "../read/objects.ts";
import type { Removal } from "../effects/context.ts";
import type { ObjectSet } from "../effects/neighbours.ts";
import { syncOptions } from "./options.ts";
import { isApplication, settingsOf, sourcePaths, type Settings } from "./settings.ts";

/** The Applications and projects of both sides, and which of them syncs a file. */
export interface Applications {
  /** The Application that syncs the file on a side: the one with the longest path that leads to it. */
  ownerOf(path: string, side: "base" | "head"): PlanObject | undefined;
  /** How a file is synced: by the base's Application, by the head's for what is new. */
  settingsFor(path: string): Settings;
  /** The project of an Application as the head has it. */
  projectOf(application: PlanObject, side: "base" | "head"): PlanObject | undefined;
  /** What becomes of the objects of an environment whose Application, or whose files, go. */
  removalOf(path: string, headHasFiles: boolean): Removal | undefined;
}

/** Returns the Applications of two sets of Argo CD's objects; `minor` overrides what they say about Kubernetes. */
export function applicationsOf(base: ObjectSet, head: ObjectSet, minor: number | undefined): Applications {
  const owned = { base: ownersOf(base), head: ownersOf(head) };
  const projects = { base: projectsOf(base), head: projectsOf(head) };
  const known = new Map<PlanObject | undefined, Settings>();
  const settings = (application: PlanObject | undefined): Settings => {
    const found = known.get(application) ?? settingsOf(application, minor);
    known.set(application, found);
    return found;
  };
  const ownerOf: Applications["ownerOf"] = (path, side) => {
    const prefixes = owned[side];
    // From the longest prefix that ends at a folder to the shortest.
    for (let prefix = path; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf("/")))) {
      const found = prefixes.get(prefix);
      if (found) return found;
    }
    return undefined;
  };
  const settingsFor = (path: string): Settings => settings(ownerOf(path, "base") ?? ownerOf(path, "head"));
  return {
    ownerOf,
    settingsFor,
    projectOf: (application, side) =>
      projects[side].get(textAt(application.body, "spec", "project") ?? "default"),
    removalOf: (path, headHasFiles) => {
      const application = ownerOf(path, "base");
      if (!application) return undefined;
      const stays = head.has(identityOf(application));
      if (stays) return headHasFiles ? undefined : withoutFiles(application);
      const removal = removed(application, settingsFor(application.path));
      const successor = ownerOf(path, "head");
      if (!successor || !headHasFiles) return removal;
      // Another Application takes the files over: nothing happens unless the first one deletes them on its way out.
      return removal.deletes
        ? { ...removal, cause: `${removal.cause}, then Application/${successor.name} creates it anew` }
        : undefined;
    },
  };
}

function ownersOf(set: ObjectSet): ReadonlyMap<string, PlanObject> {
  const owners = new Map<string, PlanObject>();
  for (const application of [...set.values()].filter(isApplication)) {
    for (const prefix of sourcePaths(application.body))
      if (!owners.has(prefix)) owners.set(prefix, application);
  }
  return owners;
}

function projectsOf(set: ObjectSet): ReadonlyMap<string, PlanObject> {
  const projects = [...set.values()].filter(
    ({ group, kind }) => group === "argoproj.io" && kind === "AppProject",
  );
  return new Map(projects.map((project) => [project.name, project]));
}

function withoutFiles(application: PlanObject): Removal {
  return {
    application: application.name,
    deletes: false,
    blocked: true,
    cause: `Application/${application.name} points to a path without manifests: its sync fails and everything stays`,
    depends: [],
  };
}

function removed(application: PlanObject, root: Settings): Removal {
  const name = `Application/${application.name}`;
  const depends = root.application ? [] : [`whether what syncs ${name} prunes it`];
  const base = { application: application.name, depends } as const;
  const stays =
    !root.prune || syncOptions(application.body).has("Prune=false") || root.options.has("Prune=false");
  if (stays)
    return {
      ...base,
      deletes: false,
      cause: `${name} leaves the tree but is not pruned: it stays, and so does everything it made`,
    };
  if (!settingsOf(application, undefined).cascades) {
    return {
      ...base,
      deletes: false,
      cause: `${name} is deleted without the resources finalizer: what it made stays, and nothing syncs it any more`,
    };
  }
  return {
    ...base,
    deletes: true,
    cause: `${name} is deleted with the resources finalizer: Argo CD deletes all that it manages`,
  };
}

/** Returns a function that gives an object the namespace of its Application's destination where it names none. */
export function placer(
  namespaceOf: (path: string) => string,
  isClusterScoped: (object: PlanObject) => boolean | undefined,
): (object: PlanObject) => PlanObject {
  return (object) => {
    if (object.namespace !== "" || isClusterScoped(object) !== false) return object;
    const namespace = namespaceOf(object.path);
    if (namespace === "" || !isObject(at(object.body, "metadata"))) return object;
    return {
      ...object,
      namespace,
      body: { ...object.body, metadata: { ...mapAt(object.body, "metadata"), namespace } },
    };
  };
}
