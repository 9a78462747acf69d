/** The Kubernetes releases that the proofs run on: everything on the newest, admission and refusals on the oldest. */
export const kubernetes = { newest: "1.37.2", oldest: "1.29.6" } as const;

/** A program that is built from a Go module, and what decides its bytes. */
export interface Program {
  readonly name: string;
  /** Go module and the release of it, without the leading v. */
  readonly module: string;
  readonly version: string;
  /** Import path of the main package. */
  readonly package: string;
  readonly tags: readonly string[];
  /** Values set at link time, so that the program tells its own version. */
  readonly variables: Readonly<Record<string, string>>;
  /** Source of the main package, for a program made of parts of the module; `package` is then `.`. */
  readonly main?: string;
  /**
   * Release of the modules that the module's own go.mod takes from its folders. Go ignores those lines outside the
   * module, so they are pinned to the published ones; where this is absent, the requirements already name them.
   */
  readonly folderModules?: string;
  /** How an installed copy is recognised: what its version output must contain. Absent: never taken from the machine. */
  readonly installed?: { readonly argument: string; readonly contains: string };
}

/** Files that lie in a Go module: custom resource definitions, scripts, KWOK's stages. */
export interface ModuleFiles {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** Files or folders inside the module; the files of a folder are taken, its subfolders are not. */
  readonly paths: readonly string[];
}

function kubernetesProgram(name: string, version: string): Program {
  const [major, minor, patch] = version.split(".");
  const versionPackage = "k8s.io/component-base/version";
  return {
    name,
    module: "k8s.io/kubernetes",
    version,
    package: `k8s.io/kubernetes/cmd/${name}`,
    // In-tree cloud providers were still linked in before 1.31; none of them is needed without a cloud.
    tags: ["providerless"],
    variables: {
      [`${versionPackage}.gitVersion`]: `v${version}`,
      [`${versionPackage}.gitMajor`]: String(major),
      [`${versionPackage}.gitMinor`]: String(minor),
    },
    folderModules: `0.${minor}.${patch}`,
    installed: { argument: "--version", contains: `Kubernetes v${major}.${minor}.` },
  };
}

/** Every program that the proofs run, by the name under which tests ask for it. */
export const programs = {
  etcd: {
    name: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    version: "3.6.16",
    package: "go.etcd.io/etcd/server/v3",
    tags: [],
    variables: {},
    // Debian's 3.4 lacks the watch progress that API servers of today rely on.
    installed: { argument: "--version", contains: "etcd Version: 3.6." },
  },
  apiServer: kubernetesProgram("kube-apiserver", kubernetes.newest),
  controllerManager: kubernetesProgram("kube-controller-manager", kubernetes.newest),
  scheduler: kubernetesProgram("kube-scheduler", kubernetes.newest),
  oldestApiServer: kubernetesProgram("kube-apiserver", kubernetes.oldest),
  kwok: {
    name: "kwok",
    module: "sigs.k8s.io/kwok",
    version: "0.8.0",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    tags: [],
    variables: {},
    installed: { argument: "--version", contains: "v0.8." },
  },
  kustomize: {
    name: "kustomize",
    module: "sigs.k8s.io/kustomize/kustomize/v5",
    version: "5.8.2",
    package: "sigs.k8s.io/kustomize/kustomize/v5",
    tags: [],
    variables: {},
    installed: { argument: "version", contains: "v5.8." },
  },
  argocd: {
    name: "argocd",
    module: "github.com/argoproj/argo-cd/v3",
    version: "3.6.1",
    package: "github.com/argoproj/argo-cd/v3/cmd",
    tags: [],
    variables: { "github.com/argoproj/argo-cd/v3/common.version": "3.6.1" },
  },
  prometheusOperator: {
    name: "prometheus-operator",
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "0.85.0",
    package: "github.com/prometheus-operator/prometheus-operator/cmd/operator",
    tags: [],
    variables: { "github.com/prometheus/common/version.Version": "0.85.0" },
  },
  // Debian's is built without the discovery of Kubernetes' objects.
  promtool: {
    name: "promtool",
    module: "github.com/prometheus/prometheus",
    version: "0.305.0",
    package: "github.com/prometheus/prometheus/cmd/promtool",
    tags: [],
    variables: { "github.com/prometheus/common/version.Version": "3.5.0" },
  },
  externalSecrets: {
    name: "external-secrets",
    module: "github.com/external-secrets/external-secrets",
    version: "0.19.2",
    package: "github.com/external-secrets/external-secrets",
    tags: [],
    variables: {},
  },
  keda: {
    name: "keda-operator",
    module: "github.com/kedacore/keda/v2",
    version: "2.21.0",
    package: "github.com/kedacore/keda/v2/cmd/operator",
    tags: [],
    variables: { "github.com/kedacore/keda/v2/version.Version": "2.21.0" },
  },
  traefik: {
    name: "traefik",
    module: "github.com/traefik/traefik/v3",
    version: "3.6.13",
    package: "github.com/traefik/traefik/v3/cmd/traefik",
    tags: [],
    variables: { "github.com/traefik/traefik/v3/pkg/version.Version": "3.6.13" },
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** Files of modules, by the name under which tests ask for them. */
export const moduleFiles = {
  argocdScripts: {
    name: "argocd-scripts",
    module: "github.com/argoproj/argo-cd/v3",
    version: "3.6.1",
    paths: ["hack/git-verify-wrapper.sh", "hack/gpg-wrapper.sh"],
  },
  kwokStages: {
    name: "kwok-stages",
    module: "sigs.k8s.io/kwok",
    version: "0.8.0",
    paths: [
      "kustomize/stage/node/fast/node-initialize.yaml",
      "kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
      "kustomize/stage/pod/fast/pod-ready.yaml",
      "kustomize/stage/pod/fast/pod-complete.yaml",
      "kustomize/stage/pod/fast/pod-delete.yaml",
    ],
  },
  argocdCrds: {
    name: "argocd-crds",
    module: "github.com/argoproj/argo-cd/v3",
    version: "3.6.1",
    paths: ["manifests/crds"],
  },
  prometheusOperatorCrds: {
    name: "prometheus-operator-crds",
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "0.85.0",
    paths: ["example/prometheus-operator-crd"],
  },
  certManagerCrds: {
    name: "cert-manager-crds",
    module: "github.com/cert-manager/cert-manager",
    version: "1.21.2",
    paths: ["deploy/crds"],
  },
  externalSecretsCrds: {
    name: "external-secrets-crds",
    module: "github.com/external-secrets/external-secrets",
    version: "1.3.2",
    paths: ["config/crds/bases"],
  },
  // The operator's own: the module of 1.3.2 holds definitions that it serves, and no program that builds from outside.
  externalSecretsOperatorCrds: {
    name: "external-secrets-operator-crds",
    module: "github.com/external-secrets/external-secrets",
    version: "0.19.2",
    paths: ["config/crds/bases"],
  },
  kedaCrds: {
    name: "keda-crds",
    module: "github.com/kedacore/keda/v2",
    version: "2.21.0",
    paths: ["config/crd/bases"],
  },
  traefikCrds: {
    name: "traefik-crds",
    module: "github.com/traefik/traefik/v3",
    version: "3.6.13",
    paths: ["docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml"],
  },
} as const satisfies Record<string, ModuleFiles>;

export type ModuleFilesName = keyof typeof moduleFiles;

/** Which of the two runs needs what: the quick one leaves the oldest API server out. */
export const quickPrograms: readonly ProgramName[] = [
  "etcd",
  "apiServer",
  "controllerManager",
  "scheduler",
  "kwok",
  "kustomize",
  "argocd",
];
