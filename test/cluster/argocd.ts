import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { applied } from "./api/client.ts";
import type { KubernetesObject } from "./api/object.ts";
import { programPath, type ControlPlane } from "./control-plane.ts";
import { installCrds } from "./crds.ts";
import { freePort } from "./processes/ports.ts";
import type { RunningProgram } from "./processes/processes.ts";
import { provideFiles } from "./tools/build.ts";
import { moduleFiles } from "./tools/catalogue.ts";

/** Namespace of Argo CD itself, as in its own installation manifests. */
export const argocdNamespace = "argocd";

/** A running Argo CD: its controller and its repository server. */
export interface ArgoCd {
  readonly controller: RunningProgram;
  readonly repositoryServer: RunningProgram;
}

/** How long Argo CD waits, in seconds. */
export interface Pace {
  /** After each wave, for controllers that have not looked at it yet; Argo CD's own default is 2. */
  readonly waveDelay: number;
  /**
   * Between two looks at an Application. Between two waves that changed nothing a sync goes on at the next look only, by
   * default two minutes later.
   */
  readonly resync: number;
}

const defaultPace: Pace = { waveDelay: 2, resync: 5 };

/**
 * Starts Argo CD against the control plane, which it also takes as the cluster it runs in. Each sync impersonates the
 * service account that the AppProject names.
 */
export async function startArgoCd(
  controlPlane: ControlPlane,
  { waveDelay, resync }: Pace = defaultPace,
): Promise<ArgoCd> {
  const { processes, kubeconfig, admin } = controlPlane;
  await installCrds(admin, ["argocdCrds"]);
  for (const object of settings()) await applied(admin, object);
  const home = await makeHome(processes.folder);
  const redis = `127.0.0.1:${await freePort()}`;
  const repositoryServer = `127.0.0.1:${await freePort()}`;
  const environment = {
    HOME: home,
    PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}`,
    TMPDIR: join(home, "tmp"),
    KUBECONFIG: kubeconfig,
    // The destination https://kubernetes.default.svc is then the server of KUBECONFIG.
    ARGOCD_FAKE_IN_CLUSTER: "true",
    ARGOCD_GPG_ENABLED: "false",
  };
  const command = await programPath("argocd");
  await processes.start({
    name: "redis",
    command: "redis-server",
    arguments: ["--bind", "127.0.0.1", "--port", portOf(redis), "--save", "", "--appendonly", "no"],
  });
  const repository = await processes.start({
    name: "argocd-repo-server",
    command,
    environment: { ...environment, ARGOCD_BINARY_NAME: "argocd-repo-server" },
    arguments: [
      "--address=127.0.0.1",
      `--port=${portOf(repositoryServer)}`,
      "--metrics-address=127.0.0.1",
      `--metrics-port=${await freePort()}`,
      `--redis=${redis}`,
      "--disable-tls",
      "--client-ca-path=",
    ],
  });
  const controller = await processes.start({
    name: "argocd-application-controller",
    command,
    environment: {
      ...environment,
      ARGOCD_BINARY_NAME: "argocd-application-controller",
      ARGOCD_SYNC_WAVE_DELAY: String(waveDelay),
    },
    arguments: [
      `--kubeconfig=${kubeconfig}`,
      `--namespace=${argocdNamespace}`,
      `--repo-server=${repositoryServer}`,
      "--repo-server-plaintext",
      `--redis=${redis}`,
      `--metrics-port=${await freePort()}`,
      `--app-resync=${resync}`,
      "--app-resync-jitter=0",
    ],
  });
  return { controller, repositoryServer: repository };
}

function portOf(address: string): string {
  return address.split(":").at(-1) ?? "";
}

/** The health of an Application, without which waves order none; Argo CD has left it to its users since 1.8. */
const applicationHealth = `hs = { status = "Progressing", message = "" }
if obj.status ~= nil and obj.status.health ~= nil then
  hs.status = obj.status.health.status
  hs.message = obj.status.health.message or ""
end
return hs
`;

/** What Argo CD reads at its start, by docs/argocd.md: impersonation on, the annotation as the way objects are tracked. */
function settings(): KubernetesObject[] {
  const labels = { "app.kubernetes.io/part-of": "argocd" };
  const named = (kind: string, name: string, data: object): KubernetesObject => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: argocdNamespace, labels },
    ...data,
  });
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: argocdNamespace } },
    named("ConfigMap", "argocd-cm", {
      data: {
        "application.resourceTrackingMethod": "annotation",
        "application.sync.impersonation.enabled": "true",
        "resource.customizations.health.argoproj.io_Application": applicationHealth,
      },
    }),
    named("ConfigMap", "argocd-rbac-cm", {}),
    named("ConfigMap", "argocd-cmd-params-cm", {}),
    named("Secret", "argocd-secret", { stringData: { "server.secretkey": randomBytes(24).toString("hex") } }),
  ];
}

/** A home folder with what Argo CD expects on PATH: kustomize and the wrappers around git and gpg. */
async function makeHome(folder: string): Promise<string> {
  const home = join(folder, "argocd");
  const bin = join(home, "bin");
  await mkdir(bin, { recursive: true });
  await mkdir(join(home, "tmp"));
  const scripts = await provideFiles(moduleFiles.argocdScripts, () => undefined);
  for (const name of (await readdir(scripts)).filter((file) => file.endsWith(".sh"))) {
    await copyFile(join(scripts, name), join(bin, name));
    await chmod(join(bin, name), 0o755);
  }
  await symlink(await programPath("kustomize"), join(bin, "kustomize"));
  await writeFile(join(home, ".gitconfig"), `[safe]\n\tdirectory = *\n`);
  return home;
}
