/** Returns the annotation that puts one object into another sync wave than its component's. */
export function syncWave(wave: number): Record<string, string> {
  return { "argocd.argoproj.io/sync-wave": String(wave) };
}
