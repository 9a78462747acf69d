import { randomUUID } from "node:crypto";
import { argocdNamespace, type ArgoCd } from "./argocd.ts";
import type { Client, Reference } from "./api/client.ts";
import { at, listAt, type KubernetesObject } from "./api/object.ts";
import { whileAllRun, type Dependency } from "./processes/processes.ts";

const apiVersion = "argoproj.io/v1alpha1";

/** An Application, and what has to run for it to go on. */
export interface Synced {
  readonly name: string;
  readonly admin: Client;
  readonly argocd: ArgoCd;
  readonly standIns: Dependency;
}

/** The reference to an Application of Argo CD. */
export function applicationNamed(name: string): Reference {
  return { apiVersion, kind: "Application", name, namespace: argocdNamespace };
}

/** Asks Argo CD to look at the repository now. */
export async function refresh(admin: Client, name: string): Promise<void> {
  const metadata = { annotations: { "argocd.argoproj.io/refresh": "hard" } };
  await admin.patch(applicationNamed(name), { metadata });
}

/** Starts a sync to the branch's newest revision, as the button does; returns when it has succeeded. */
export async function syncNow(synced: Synced): Promise<void> {
  const mark = await startSync(synced);
  await untilApplication(synced, (application) => {
    const operation = at(application, "status", "operationState");
    return at(operation, "operation", "info", 0, "value") === mark && at(operation, "phase") === "Succeeded";
  });
}

/** Asks for a sync to the branch's newest revision; returns the mark by which its operation is known. */
export async function startSync({ admin, name }: Synced): Promise<string> {
  const syncOptions = listAt(await admin.get(applicationNamed(name)), "spec", "syncPolicy", "syncOptions");
  // Times have whole seconds, so a sync that Argo CD started in the same second would be taken for this one.
  const mark = randomUUID();
  await admin.patch(applicationNamed(name), {
    operation: {
      initiatedBy: { username: "test" },
      info: [{ name: "mark", value: mark }],
      sync: { prune: true, syncOptions },
    },
  });
  return mark;
}

/** Waits until a revision is synced and everything is healthy. Throws as soon as the sync of it has failed. */
export async function untilHealthy(synced: Synced, revision: string): Promise<KubernetesObject> {
  const { name } = synced;
  return await untilApplication(synced, (application) => {
    if (hasFailed(application, revision))
      throw new Error(`the sync of ${name} failed: ${explain(application)}`);
    return (
      hasSucceeded(application, revision) &&
      at(application, "status", "sync", "revision") === revision &&
      at(application, "status", "sync", "status") === "Synced" &&
      at(application, "status", "health", "status") === "Healthy"
    );
  });
}

/** Waits until an Application is as wanted. Throws when Argo CD ends first. */
export async function untilApplication(
  { admin, argocd, standIns, name }: Synced,
  wanted: (application: KubernetesObject) => boolean,
): Promise<KubernetesObject> {
  const found = admin.until(
    applicationNamed(name),
    (application) => application !== undefined && wanted(application),
  );
  const application = await whileAllRun([argocd.controller, argocd.repositoryServer, standIns], found);
  if (application === undefined) throw new Error(`no Application ${name}`);
  return application;
}

/** Whether the last sync was one of this revision and has succeeded. */
export function hasSucceeded(application: KubernetesObject, revision: string): boolean {
  const operation = at(application, "status", "operationState");
  return at(operation, "phase") === "Succeeded" && at(operation, "syncResult", "revision") === revision;
}

/** Whether a sync of this revision has failed, be it that Argo CD waits to try it again. */
export function hasFailed(application: KubernetesObject, revision: string): boolean {
  const operation = at(application, "status", "operationState");
  const phase = String(at(operation, "phase"));
  const failed =
    ["Failed", "Error"].includes(phase) || String(at(operation, "message")).includes("Retrying attempt");
  return failed && at(operation, "syncResult", "revision") === revision;
}

/** What Argo CD says about an Application that is not as it should be. */
export function explain(application: KubernetesObject | undefined): string {
  const operation = at(application, "status", "operationState");
  const refused = listAt(operation, "syncResult", "resources")
    .filter((resource) => at(resource, "status") !== "Synced" || at(resource, "hookPhase") === "Failed")
    .map(
      (resource) =>
        `${String(at(resource, "kind"))}/${String(at(resource, "name"))}: ${String(at(resource, "message"))}`,
    );
  return [String(at(operation, "message")), ...refused].join("\n");
}
