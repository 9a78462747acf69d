import { expect, test } from "vitest";
import type { Manifest } from "../kubernetes/manifest.ts";
import { layOut } from "./layout.ts";

function manifest(kind: string, name: string, component = "edge"): Manifest {
  const apiVersion = "v1";
  return {
    apiVersion,
    kind,
    name,
    namespace: "shop",
    component,
    body: { apiVersion, kind, metadata: { name } },
  };
}

test("each object has a file of its own, and each folder lists what is in it", () => {
  const files = layOut("rendered/x", [manifest("Service", "b"), manifest("Service", "a", "cache")]);
  expect([...files.keys()]).toStrictEqual([
    "rendered/x/cache/kustomization.yaml",
    "rendered/x/cache/service-a.yaml",
    "rendered/x/edge/kustomization.yaml",
    "rendered/x/edge/service-b.yaml",
    "rendered/x/kustomization.yaml",
  ]);
  expect(files.get("rendered/x/kustomization.yaml")).toBe(
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- cache\n- edge\n",
  );
});

test("the order in which components make their objects changes nothing", () => {
  const manifests = [manifest("Service", "b"), manifest("Secret", "a"), manifest("Service", "a")];
  expect([...layOut("r", manifests.toReversed())]).toStrictEqual([...layOut("r", manifests)]);
});

test("two objects of one file are refused, not overwritten", () => {
  expect(() => layOut("r", [manifest("Service", "a"), manifest("SERVICE", "a")])).toThrow("collide");
});

test("one object in two components is refused", () => {
  expect(() => layOut("r", [manifest("Service", "a"), manifest("Service", "a", "cache")])).toThrow("collide");
});
