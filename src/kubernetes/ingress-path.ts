// Source: Kubernetes pkg/apis/networking/validation (validateHTTPIngressPath).

const sequences = ["//", "/./", "/../", "%2f", "%2F"];
const endings = ["/..", "/."];

/** Returns why the server refuses the path of an Ingress, in its words; undefined where it takes it. */
export function ingressPathProblem(path: string, pathType: string): string | undefined {
  const isCompared = pathType === "Exact" || pathType === "Prefix";
  if (!path.startsWith("/") && (isCompared || path !== "")) return "must be an absolute path";
  if (!isCompared) return undefined;
  const sequence = sequences.find((part) => path.includes(part));
  if (sequence !== undefined) return `must not contain '${sequence}'`;
  const ending = endings.find((part) => path.endsWith(part));
  return ending === undefined ? undefined : `cannot end with '${ending}'`;
}
