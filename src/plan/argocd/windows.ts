import { at, isObject, listAt, textAt, textsAt, type Json, type JsonObject } from "../json.ts";
import { glob } from "./project.ts";

// Argo CD, pkg/apis/application/v1alpha1: SyncWindows.Matches and CanSync; documentation, Sync Windows.

/** What the windows of a project mean for the syncs of an Application. */
export interface Windows {
  /** A sentence for each window that decides when a sync may begin; whether one is open is the clock's to say. */
  readonly depends: readonly string[];
  /** A window that denies at all times, by hand too: no sync begins at all. */
  readonly closed?: string;
}

/** Returns what the sync windows of a project mean for an Application whose objects lie in the namespace. */
export function windowsOf(project: JsonObject, application: JsonObject, namespace: string): Windows {
  const own = listAt(project, "spec", "syncWindows").filter((window) =>
    matches(window, application, namespace),
  );
  const closed = own.find(isAlwaysClosed);
  return {
    depends: own.map(
      (window) =>
        `when the sync begins: a window ${textAt(window, "kind") === "allow" ? "allows" : "denies"} it from ${textAt(window, "schedule") ?? ""} (${textAt(window, "timeZone") ?? "UTC"}) for ${textAt(window, "duration") ?? ""}${at(window, "manualSync") === true ? ", by hand it begins at any time" : ""}`,
    ),
    ...(closed === undefined ? {} : { closed: `a sync window denies every sync at all times` }),
  };
}

function matches(window: Json, application: JsonObject, namespace: string): boolean {
  if (!isObject(window)) return false;
  const name = textAt(application, "metadata", "name") ?? "";
  const destination = at(application, "spec", "destination");
  const cluster = [textAt(destination, "server"), textAt(destination, "name")];
  const tests = [
    textsAt(window, "applications").map((pattern) => glob(pattern, name)),
    textsAt(window, "namespaces").map((pattern) => glob(pattern, namespace)),
    textsAt(window, "clusters").map((pattern) =>
      cluster.some((text) => text !== undefined && glob(pattern, text)),
    ),
  ].filter((found) => found.length > 0);
  const holds = tests.map((found) => found.includes(true));
  return at(window, "andOperator") === true ? holds.length > 0 && holds.every(Boolean) : holds.includes(true);
}

// Begins each minute, or stays open longer than until the next time that it begins on each hour.
function isAlwaysClosed(window: Json): boolean {
  return (
    textAt(window, "kind") === "deny" &&
    at(window, "manualSync") !== true &&
    /^\* \* \* \* \*$/.test(textAt(window, "schedule") ?? "") &&
    /^\d+[mh]/.test(textAt(window, "duration") ?? "")
  );
}
