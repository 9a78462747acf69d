import { at, isObject, listAt, mapAt, textAt, type Json, type JsonObject } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";
import { isClusterScoped } from "./scope.ts";

// Argo CD, pkg/apis/application/v1alpha1: AppProject.IsGroupKindNamePermitted, IsDestinationPermitted.

/** Returns why a project does not let an Application write an object, or undefined where it does. */
export function projectRefuses(
  project: JsonObject,
  object: PlanObject,
  application: JsonObject,
): string | undefined {
  const name = textAt(project, "metadata", "name") ?? "";
  const foreign = sourcesOf(application).find((repository) => !isSource(project, repository));
  if (foreign !== undefined) return `AppProject ${name} does not permit the source ${foreign}`;
  const what = object.group === "" ? object.kind : `${object.group}/${object.kind}`;
  const scope = isClusterScoped(object);
  if (scope === true) {
    const listed = listAt(project, "spec", "clusterResourceWhitelist").some((entry) => covers(entry, object));
    const denied = listAt(project, "spec", "clusterResourceBlacklist").some((entry) => covers(entry, object));
    if (!listed || denied) return `AppProject ${name} does not permit ${what} ${object.name}`;
    return undefined;
  }
  const allowed = at(project, "spec", "namespaceResourceWhitelist");
  const denied = listAt(project, "spec", "namespaceResourceBlacklist").some((entry) => covers(entry, object));
  const listed =
    allowed === undefined ||
    allowed === null ||
    listAt(project, "spec", "namespaceResourceWhitelist").some((entry) => covers(entry, object));
  if (!listed || denied) return `AppProject ${name} does not permit ${what}`;
  const destination = mapAt(application, "spec", "destination");
  const namespace = object.namespace === "" ? (textAt(destination, "namespace") ?? "") : object.namespace;
  return isDestination(project, destination, namespace)
    ? undefined
    : `AppProject ${name} does not permit the namespace ${namespace} as a destination`;
}

function sourcesOf(application: JsonObject): readonly string[] {
  const sources = [at(application, "spec", "source"), ...listAt(application, "spec", "sources")];
  return sources.flatMap((source) => textAt(source, "repoURL") ?? []);
}

const plainUrl = (url: string): string =>
  url
    .toLowerCase()
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");

// AppProject.IsSourcePermitted: any pattern permits, one with ! forbids; the form of a git URL does not matter.
function isSource(project: JsonObject, repository: string): boolean {
  const patterns = listAt(project, "spec", "sourceRepos").flatMap((item) => textAt(item) ?? []);
  const matches = (pattern: string): boolean =>
    pattern === "*" || glob(plainUrl(pattern), plainUrl(repository));
  return (
    patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))
  );
}

function covers(entry: Json, { group, kind, name }: PlanObject): boolean {
  if (!isObject(entry)) return false;
  const named = textAt(entry, "name");
  return (
    glob(textAt(entry, "group") ?? "", group) &&
    glob(textAt(entry, "kind") ?? "", kind) &&
    (named === undefined || glob(named, name))
  );
}

function isDestination(project: JsonObject, destination: JsonObject, namespace: string): boolean {
  let permitted = false;
  for (const entry of listAt(project, "spec", "destinations")) {
    const wanted = textAt(entry, "namespace") ?? "";
    const server = textAt(entry, "server");
    const cluster = textAt(entry, "name");
    const isDeny = wanted.startsWith("!") || (server ?? cluster ?? "").startsWith("!");
    const matches =
      glob(wanted.replace(/^!/, ""), namespace) &&
      (server === undefined ||
        destination["server"] === undefined ||
        glob(server.replace(/^!/, ""), textAt(destination, "server") ?? "")) &&
      (cluster === undefined ||
        destination["name"] === undefined ||
        glob(cluster.replace(/^!/, ""), textAt(destination, "name") ?? ""));
    if (!matches) continue;
    if (isDeny) return false;
    permitted = true;
  }
  return permitted;
}

/** Whether the text matches the pattern, in which `*` stands for any text. Linear: patterns come from the tree. */
export function glob(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  const last = rest.pop() ?? "";
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
