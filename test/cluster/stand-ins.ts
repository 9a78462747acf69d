import { referenceTo, type Client } from "./api/client.ts";
import type { Dependency } from "./processes/processes.ts";
import { conditionOf, listAt, nameOf, type KubernetesObject } from "./api/object.ts";

/** What gives a kind its status where the controller that does so in a real cluster does not run here. */
interface StandIn {
  readonly apiVersion: string;
  readonly kind: string;
  /** The controller that is stood in for. */
  readonly controller: string;
  /** Whether the object already has the status. */
  readonly isSet: (object: KubernetesObject) => boolean;
  readonly status: (object: KubernetesObject) => object;
}

function ready(apiVersion: string, kind: string, controller: string): StandIn {
  return {
    apiVersion,
    kind,
    controller,
    isSet: (object) => conditionOf(object, "Ready") === "True",
    status: (object) => ({ conditions: [condition("Ready", object.metadata.generation)] }),
  };
}

function condition(type: string, observedGeneration?: number): object {
  return {
    type,
    status: "True",
    reason: "StandIn",
    message: "set by the test, not by the controller",
    lastTransitionTime: "2026-01-01T00:00:00Z",
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
}

const autoscaler: StandIn = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  controller: "the horizontal pod autoscaler (no metrics are served)",
  isSet: (object) => conditionOf(object, "ScalingActive") === "True",
  status: () => ({
    currentReplicas: 0,
    desiredReplicas: 0,
    conditions: ["AbleToScale", "ScalingActive"].map((type) => condition(type)),
  }),
};

const ingress: StandIn = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  controller: "Traefik",
  isSet: (object) => listAt(object, "status", "loadBalancer", "ingress").length > 0,
  // An address of the block for documentation.
  status: () => ({ loadBalancer: { ingress: [{ ip: "203.0.113.10" }] } }),
};

/** Every kind whose status the tests set, because its controller does not run in them. */
export const standIns: readonly StandIn[] = [
  ready("external-secrets.io/v1", "SecretStore", "External Secrets"),
  ready("external-secrets.io/v1", "ExternalSecret", "External Secrets"),
  ready("cert-manager.io/v1", "Issuer", "cert-manager"),
  ready("cert-manager.io/v1", "Certificate", "cert-manager"),
  ready("keda.sh/v1alpha1", "ScaledObject", "KEDA"),
  ingress,
  autoscaler,
];

/** What the stand-ins did so far, and when they end: a wait on health would never end after that. */
export interface RunningStandIns extends Dependency {
  /** Names of the objects whose status was set by the test. */
  readonly given: ReadonlySet<string>;
}

/** Follows the kinds and sets their status as soon as an object appears, until the API server ends. */
export function startStandIns(admin: Client): RunningStandIns {
  const given = new Set<string>();
  const playing = Promise.race(standIns.map(async (standIn) => await play(admin, standIn, given)));
  const ended = playing.then(
    () => "the watch ended",
    (error: unknown) => String(error),
  );
  return { name: "the stand-ins for controllers", ended, log: async () => await Promise.resolve(""), given };
}

async function play(
  admin: Client,
  { apiVersion, kind, isSet, status }: StandIn,
  given: Set<string>,
): Promise<void> {
  for await (const objects of admin.follow(apiVersion, kind))
    for (const object of objects) {
      // An object that was deleted meanwhile is not there to be patched.
      if (isSet(object) || (await admin.get(referenceTo(object))) === undefined) continue;
      await admin.patch(referenceTo(object), { status: status(object) }, "status");
      given.add(nameOf(object));
    }
}
