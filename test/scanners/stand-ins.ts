import { asObject, type JsonObject, type Manifest } from "../../src/kubernetes/manifest.ts";
import { podNames } from "../../src/checks/selection.ts";
import { at, objects, ofKind } from "../../src/checks/read.ts";
import { workloads } from "../../src/checks/workloads.ts";

/**
 * Returns the pods that controllers make of a tree and that a Service or a policy selects by what only the controller
 * gives: each pod of a StatefulSet by its name, and cert-manager's pod that proves a host.
 */
export function controllersPods(manifests: readonly Manifest[]): readonly JsonObject[] {
  const [sample] = workloads(manifests);
  const namespace = sample?.manifest.namespace ?? "default";
  const numbered = workloads(manifests).flatMap((workload) =>
    podNames(workload).map((name) =>
      pod(
        { name, namespace },
        { ...workload.labels, "statefulset.kubernetes.io/pod-name": name },
        workload.pod,
      ),
    ),
  );
  const solvers = ofKind(manifests, "Issuer").flatMap(({ body }) =>
    objects(at(body, "spec", "acme", "solvers")).map((solver) =>
      pod(
        { name: "cm-acme-http-solver", namespace },
        { "acme.cert-manager.io/http01-solver": "true" },
        solverPod(asObject(at(solver, "http01", "ingress", "podTemplate", "spec", "resources"))),
      ),
    ),
  );
  return [...numbered, ...solvers];
}

function pod(metadata: JsonObject, labels: JsonObject, spec: JsonObject): JsonObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, labels }, spec };
}

/** cert-manager's own pod (its source, acme/http/pod.go), with the resources that the Issuer gives it. */
function solverPod(resources: JsonObject): JsonObject {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: "OnFailure",
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "acmesolver",
        image: "quay.io/jetstack/cert-manager-acmesolver:v1.21.2",
        ports: [{ name: "http", containerPort: 8089 }],
        resources,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}
