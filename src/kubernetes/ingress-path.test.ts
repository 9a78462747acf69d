import { expect, test } from "vitest";
import { ingressPathProblem } from "./ingress-path.ts";

test.for([
  ["/", "Prefix", undefined],
  ["/api/v1", "Exact", undefined],
  ["/api/", "Prefix", undefined],
  ["/a//b", "ImplementationSpecific", undefined],
  ["", "ImplementationSpecific", undefined],
  ["", "Prefix", "must be an absolute path"],
  ["api", "ImplementationSpecific", "must be an absolute path"],
  ["/a//b", "Prefix", "must not contain '//'"],
  ["/a/../b", "Exact", "must not contain '/../'"],
  ["/%2Fb", "Exact", "must not contain '%2F'"],
  ["/a/..", "Prefix", "cannot end with '/..'"],
] as const)("the server says of the path %j compared as %s: %s", ([path, pathType, problem]) => {
  expect(ingressPathProblem(path, pathType)).toBe(problem);
});
