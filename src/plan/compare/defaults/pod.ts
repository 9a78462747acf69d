import { isObject, mapAt, textAt, type JsonObject } from "../../json.ts";
import { chain, fill, inList, inMap } from "./fill.ts";

// Kubernetes, pkg/apis/core/v1/defaults.go. Only what is defaulted in a pod *template* stands here: requests taken from
// limits and enableServiceLinks are set on pods alone, so writing them out in a template is a change that rolls.

/** Returns the pod spec of a template with the server's defaults. */
export function podSpec(spec: JsonObject): JsonObject {
  const account = textAt(spec, "serviceAccountName") ?? textAt(spec, "serviceAccount");
  const hostNetwork = spec["hostNetwork"] === true;
  return chain(
    fill(spec, {
      dnsPolicy: "ClusterFirst",
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      // The deprecated field always carries the same name (conversion in pkg/apis/core/v1).
      ...(account ? { serviceAccountName: account, serviceAccount: account } : {}),
    }),
    (value) => inList(value, "containers", (item) => container(item, hostNetwork)),
    (value) => inList(value, "initContainers", (item) => container(item, hostNetwork)),
    (value) => inList(value, "volumes", volume),
  );
}

/** Returns the pod template with the server's defaults in its spec. */
export function podTemplate(template: JsonObject): JsonObject {
  return inMap(template, "spec", podSpec);
}

function container(value: JsonObject, hostNetwork: boolean): JsonObject {
  return chain(
    fill(value, {
      imagePullPolicy: pullPolicy(textAt(value, "image") ?? ""),
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
    }),
    (map) => inList(map, "ports", (port) => containerPort(port, hostNetwork)),
    (map) => inList(map, "env", (variable) => inMap(variable, "valueFrom", fieldSource)),
    (map) =>
      ["livenessProbe", "readinessProbe", "startupProbe"].reduce((m, key) => inMap(m, key, probe), map),
    (map) =>
      inMap(map, "lifecycle", (hooks) =>
        ["postStart", "preStop"].reduce(
          (m, key) => inMap(m, key, (hook) => inMap(hook, "httpGet", httpGet)),
          hooks,
        ),
      ),
  );
}

// The tag decides: `latest`, or none without a digest, is pulled each time (SetDefaults_Container).
function pullPolicy(image: string): string {
  const digest = image.includes("@");
  const name = digest ? image.slice(0, image.indexOf("@")) : image;
  const colon = name.lastIndexOf(":");
  const tag = colon > name.lastIndexOf("/") ? name.slice(colon + 1) : undefined;
  return tag === "latest" || (tag === undefined && !digest) ? "Always" : "IfNotPresent";
}

function containerPort(port: JsonObject, hostNetwork: boolean): JsonObject {
  const { containerPort: number } = port;
  return fill(port, {
    protocol: "TCP",
    ...(hostNetwork && number !== undefined ? { hostPort: number } : {}),
  });
}

function fieldSource(source: JsonObject): JsonObject {
  return inMap(source, "fieldRef", (field) => fill(field, { apiVersion: "v1" }));
}

function httpGet(action: JsonObject): JsonObject {
  return fill(action, { path: "/", scheme: "HTTP" });
}

function probe(value: JsonObject): JsonObject {
  const filled = fill(value, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return inMap(inMap(filled, "httpGet", httpGet), "grpc", (action) => fill(action, { service: "" }));
}

const modes = { secret: 420, configMap: 420, downwardAPI: 420, projected: 420 } as const;

function volume(value: JsonObject): JsonObject {
  const sources = Object.keys(value).filter((key) => key !== "name" && value[key] !== null);
  if (sources.length === 0) return { ...value, emptyDir: {} };
  return chain(
    Object.entries(modes).reduce(
      (map, [key, defaultMode]) => inMap(map, key, (source) => fill(source, { defaultMode })),
      value,
    ),
    (map) => inMap(map, "downwardAPI", (source) => inList(source, "items", fieldSource)),
    (map) => inMap(map, "hostPath", (source) => fill(source, { type: "" })),
    (map) => inMap(map, "projected", (source) => inList(source, "sources", projection)),
    (map) =>
      inMap(map, "ephemeral", (source) =>
        inMap(source, "volumeClaimTemplate", (template) => inMap(template, "spec", claimSpec)),
      ),
  );
}

function projection(source: JsonObject): JsonObject {
  const token = inMap(source, "serviceAccountToken", (value) => fill(value, { expirationSeconds: 3600 }));
  return inMap(token, "downwardAPI", (value) => inList(value, "items", fieldSource));
}

/** Returns the spec of a claim with the server's defaults. */
export function claimSpec(spec: JsonObject): JsonObject {
  return fill(spec, { volumeMode: "Filesystem" });
}

/** Returns a StatefulSet's claim template as the server stores it. */
export function claimTemplate(template: JsonObject): JsonObject {
  const { spec } = template;
  return {
    ...fill(template, { apiVersion: "v1", kind: "PersistentVolumeClaim" }),
    spec: claimSpec(isObject(spec) ? spec : {}),
    status: fill(mapAt(template, "status"), { phase: "Pending" }),
  };
}
