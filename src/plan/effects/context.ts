import type { Windows } from "../argocd/windows.ts";
import type { Settings } from "../argocd/settings.ts";
import type { PlanObject } from "../read/objects.ts";
import type { ObjectSet } from "./neighbours.ts";

/** One environment, ready to be judged. */
export interface Context {
  readonly environment: string;
  readonly base: ObjectSet;
  readonly head: ObjectSet;
  /** How the object is synced, by the Application that its file belongs to on the base side. */
  settingsFor(object: PlanObject): Settings;
  /** Why the project of the object's Application refuses it; undefined where it does not, or none is known. */
  projectRefuses(object: PlanObject): string | undefined;
  /** What the sync windows of the project mean; absent without an Application. */
  readonly windows?: Windows;
  /** What becomes of the objects that Argo CD itself deletes with an Application, when that is what happens. */
  readonly removal?: Removal;
}

/** An environment whose Application goes. */
export interface Removal {
  readonly application: string;
  /** Whether its objects go with it; otherwise they stay, and nothing syncs them any more. */
  readonly deletes: boolean;
  /** The sync of the Application cannot succeed. */
  readonly blocked?: true;
  readonly cause: string;
  readonly depends: readonly string[];
}
