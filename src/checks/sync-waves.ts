import type { Manifest } from "../kubernetes/manifest.ts";
import { at, text } from "./read.ts";

/** Returns the sync wave of an object; 0 where it names none (Argo CD, Sync Phases and Waves). */
export function wave(manifest: Manifest): number {
  return Number(annotation(manifest, "argocd.argoproj.io/sync-wave") || "0");
}

/** Whether Argo CD runs the object in a phase of its own, and in which; empty for an object of the sync itself. */
export function hook(manifest: Manifest): string {
  return annotation(manifest, "argocd.argoproj.io/hook");
}

/** Returns the text of an annotation; empty where there is none. */
export function annotation({ body }: Manifest, key: string): string {
  return text(at(body, "metadata", "annotations", key));
}
