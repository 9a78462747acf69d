import type { NetworkChange, Plan } from "./model.ts";
import { names } from "./text.ts";
import { plain, type Item } from "./words.ts";

/** Returns the permissions that are gained or lost: one line for verbs and resources that go together. */
export function permissionItems({ permissions }: Plan, change: "gained" | "lost"): readonly Item[] {
  const lines = permissions.filter((line) => line.change === change);
  // One line for the verbs on one resource, and one for the resources that share them.
  const byResource = Object.values(
    Object.groupBy(lines, (line) => JSON.stringify({ ...line, verb: "" })),
  ).flatMap((group = []) => {
    const [first] = group;
    return first ? [{ ...first, verb: group.map(({ verb }) => verb).join(", ") }] : [];
  });
  const byVerbs = Object.values(
    Object.groupBy(byResource, (line) => JSON.stringify({ ...line, resource: "" })),
  ).flatMap((group = []) => {
    const [first] = group;
    return first ? [{ ...first, resource: group.map(({ resource }) => resource).join(", ") }] : [];
  });
  return byVerbs
    .toSorted((a, b) => Number(b.sensitive) - Number(a.sensitive))
    .map(({ account, verb, resource, scope, by, pods, sensitive, environments }) =>
      plain(
        account,
        `${sensitive ? "sensitive: " : ""}${verb} on ${resource} in ${scope}, by ${by}`,
        environments,
        [pods.length > 0 ? `pods that run as it: ${names(pods)}` : "no pod in this tree runs as it"],
      ),
    );
}

// Ends that open or close the same ports for the same reason stand in one line.
function together(key: "from" | "to", all: readonly NetworkChange[]): readonly NetworkChange[] {
  return [...Map.groupBy(all, (line) => JSON.stringify({ ...line, [key]: "" })).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, [key]: names(group.map((line) => line[key])) }] : [];
  });
}

/** Returns the connections that are opened or closed. */
export function networkItems({ network }: Plan, change: "opened" | "closed"): readonly Item[] {
  const lines = network.filter((line) => line.change === change);
  return together("to", together("from", lines))
    .toSorted((a, b) => Number(b.outside) - Number(a.outside))
    .map(({ from, to, ports, by, environments }) =>
      plain(`${from} → ${to}`, ports, environments, [`by ${names(by)}`]),
    );
}

/** Returns the rollouts that a quota has no room for. */
export function stuckItems({ capacity }: Plan): readonly Item[] {
  return capacity
    .filter(({ stuck }) => stuck.length > 0)
    .map(({ what, peak, allowed = "", fits, stuck, environments }) =>
      plain(names(stuck), `${what}: ${peak} at the peak of the rollout, ${allowed} allowed`, environments, [
        fits === "no"
          ? "new pods are refused and the sync waits for ever"
          : "depends on: how many pods the autoscalers keep (computed at their maximum)",
        "way out 1: raise the quota, or lower requests, replicas or maxSurge, in a pull request before this one",
      ]),
    );
}

/** Returns how much of what is bounded is used. */
export function capacityItems({ capacity }: Plan): readonly Item[] {
  const words = {
    yes: "",
    later: ", the largest permitted state does not fit",
    depends: ", may not fit",
    no: ", does not fit",
  };
  return [
    ...Map.groupBy(capacity, ({ of, environments }) => JSON.stringify([of, environments])).values(),
  ].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const details = group.map(({ what, before, peak, allowed, allowedBefore, percent, fits }) => {
      const bound =
        allowedBefore !== undefined && allowedBefore !== allowed ? `${allowedBefore} → ${allowed}` : allowed;
      const of = bound === undefined ? "" : ` of ${bound} (${percent ?? 0} %)`;
      return `${what}: ${before === peak ? peak : `${before} → ${peak}`}${of}${words[fits]}`;
    });
    const worst = Math.max(...group.map(({ percent = 0 }) => percent));
    return [
      plain(
        first.of,
        worst > 0 ? `at most ${worst} % of what is allowed` : "no bound is stated",
        first.environments,
        details,
      ),
    ];
  });
}
