import { asArray, asObject, type Json, type JsonObject } from "./manifest.ts";
import { parseQuantity } from "./quantity.ts";

/** The resources of a container that are counted, by their names in the API. */
export const computeResources = ["cpu", "memory", "ephemeral-storage"] as const;

/** An amount per resource, in thousandths of its unit. */
export type Amounts = Readonly<Record<(typeof computeResources)[number], number>>;

/** What one pod counts as. */
export interface PodAmounts {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** What a LimitRange gives to containers that do not say what they need; quantities by resource name. */
export interface ContainerDefaults {
  readonly default: Readonly<Record<string, string>>;
  readonly defaultRequest: Readonly<Record<string, string>>;
}

const none: Amounts = { cpu: 0, memory: 0, "ephemeral-storage": 0 };

/**
 * Returns what a pod counts as for the scheduler and a ResourceQuota (Kubernetes documentation, Sidecar containers,
 * "Resource sharing within containers"): the larger of all containers with all sidecars, and of each init container
 * with the sidecars that started before it; and the pod's overhead. A sidecar is an init container with restartPolicy
 * Always. What a container does not state is filled in as the API server does: a request from its own limit, else from
 * the LimitRange.
 */
export function podAmounts(pod: JsonObject, defaults: ContainerDefaults): PodAmounts {
  return {
    requests: effective(pod, (container) => requested(container, defaults)),
    limits: effective(pod, (container) => limited(container, defaults)),
  };
}

/** Returns the sum of two amounts. */
export function add(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (left, right) => left + right);
}

/** Returns the amount for several pods of a kind. */
export function times(amounts: Amounts, count: number): Amounts {
  return combine(amounts, none, (amount) => amount * count);
}

function effective(pod: JsonObject, amountsOf: (container: JsonObject) => Amounts): Amounts {
  let sidecars = none;
  let starting = none;
  for (const container of asArray(pod["initContainers"]).map(asObject)) {
    const amounts = amountsOf(container);
    if (container["restartPolicy"] === "Always") {
      sidecars = add(sidecars, amounts);
      starting = larger(starting, sidecars);
    } else {
      starting = larger(starting, add(sidecars, amounts));
    }
  }
  const running = asArray(pod["containers"]).map(asObject).map(amountsOf).reduce(add, sidecars);
  return add(
    larger(starting, running),
    amountsFrom((name) => quantity(asObject(pod["overhead"])[name])),
  );
}

function requested(container: JsonObject, { defaultRequest }: ContainerDefaults): Amounts {
  const { requests, limits } = asObject(container["resources"]);
  return amountsFrom(
    (name) =>
      quantity(asObject(requests)[name]) ??
      quantity(asObject(limits)[name]) ??
      quantity(defaultRequest[name]),
  );
}

function limited(container: JsonObject, defaults: ContainerDefaults): Amounts {
  const { limits } = asObject(container["resources"]);
  return amountsFrom((name) => quantity(asObject(limits)[name]) ?? quantity(defaults.default[name]));
}

function larger(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, Math.max);
}

function combine(a: Amounts, b: Amounts, operation: (left: number, right: number) => number): Amounts {
  return amountsFrom((name) => operation(a[name], b[name]));
}

function amountsFrom(amount: (name: keyof Amounts) => number | undefined): Amounts {
  return {
    cpu: amount("cpu") ?? 0,
    memory: amount("memory") ?? 0,
    "ephemeral-storage": amount("ephemeral-storage") ?? 0,
  };
}

function quantity(value: Json | undefined): number | undefined {
  return typeof value === "string" || typeof value === "number" ? parseQuantity(String(value)) : undefined;
}
