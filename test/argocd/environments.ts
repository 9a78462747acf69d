import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { Role } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { StorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import type { ArgoCdEnvironment } from "../../src/argocd/environment.ts";
import { seal, type Manifest, type Model } from "../../src/kubernetes/manifest.ts";
import { keepData } from "../../src/kubernetes/metadata.ts";

const placement = { component: "example", namespace: "apg", wave: 0 };

/** Seals an object in the namespace of the example. */
export function sealed(model: Model): Manifest {
  return seal(model, placement);
}

const selector = { matchLabels: { app: "example" } };
const template = {
  metadata: { labels: { app: "example" } },
  spec: { containers: [{ name: "example", image: "example" }] },
};

/** A tree with one of each thing that the generated objects treat in a way of its own. */
export const exampleTree: readonly Manifest[] = [
  new Namespace({ metadata: { name: "apg", annotations: keepData } }),
  new StorageClass({ metadata: { name: "fast" }, provisioner: "pd.csi.storage.gke.io" }),
  new Deployment({ metadata: { name: "example" }, spec: { selector, template } }),
  new StatefulSet({
    metadata: { name: "data", annotations: keepData },
    spec: { serviceName: "data", selector, template },
  }),
  new NetworkPolicy({ metadata: { name: "a" }, spec: { podSelector: {} } }),
  new NetworkPolicy({ metadata: { name: "b" }, spec: { podSelector: {} } }),
  new Role({
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
  }),
  new RoleBinding({
    metadata: { name: "reader" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
  }),
  new Certificate({
    metadata: { name: "edge" },
    spec: { secretName: "edge-tls", dnsNames: ["example.com"], issuerRef: { name: "ca" } },
  }),
].map(sealed);

/** An environment with everything on. */
export const exampleEnvironment: ArgoCdEnvironment = {
  name: "production",
  installation: "vendor",
  server: "https://production.example.com",
  namespace: "apg",
  kubernetesVersion: "1.35",
  repository: "https://github.com/example/example.git",
  revision: "main",
  manifests: exampleTree,
  denyWindows: [
    { description: "year-end", schedule: "59 17 20 12 *", duration: "376h1m", timeZone: "Africa/Nairobi" },
  ],
  signatureKeys: ["B5690EEEBB952194"],
  groups: { read: ["everyone"], sync: ["operators"], override: ["on-call"] },
  platform: {
    prometheus: true,
    prometheusRelease: "prometheus",
    grafana: true,
    keda: true,
    traefik: { ingressClass: "traefik", readSeconds: 60, idleSeconds: 70, trustedProxies: ["10.0.0.0/8"] },
    imageRegistry: undefined,
    chartRepository: undefined,
  },
};
