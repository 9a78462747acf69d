import type { Manifest } from "../kubernetes/manifest.ts";

/**
 * Returns a function that computes its answer once for each tree: rules ask the same again and again, and the manifests
 * of an environment never change.
 */
export function oncePerTree<Answer extends object>(
  compute: (manifests: readonly Manifest[]) => Answer,
): (manifests: readonly Manifest[]) => Answer {
  const known = new WeakMap<readonly Manifest[], Answer>();
  return (manifests) => {
    const before = known.get(manifests);
    if (before) return before;
    const answer = compute(manifests);
    known.set(manifests, answer);
    return answer;
  };
}

// Four environments have some thousand texts; a run over random ones must not keep them all.
const most = 20_000;

/** Returns a function that computes its answer once for each text: environments share most of theirs. */
export function oncePerText<Answer extends string | object>(
  compute: (text: string) => Answer,
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const answer = compute(text);
    if (known.size >= most) known.clear();
    known.set(text, answer);
    return answer;
  };
}
