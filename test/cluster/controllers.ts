import { join } from "node:path";
import { programPath, type ControlPlane } from "./control-plane.ts";
import { freePort } from "./processes/ports.ts";
import { whileAllRun } from "./processes/processes.ts";

/** Starts the controller manager and the scheduler; returns when both controllers' loops have begun. */
export async function startControllers({
  processes,
  kubeconfig,
  serviceAccountKey,
  admin,
}: ControlPlane): Promise<void> {
  const common = [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--bind-address=127.0.0.1"];
  const manager = await processes.start({
    name: "kube-controller-manager",
    command: await programPath("controllerManager"),
    arguments: [
      ...common,
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(processes.folder, "controller-manager")}`,
      `--service-account-private-key-file=${serviceAccountKey}`,
      // Volumes are stood in for, so nothing attaches them; without metrics an autoscaler only reports failures.
      "--controllers=*,-persistentvolume-attach-detach-controller,-horizontal-pod-autoscaler-controller",
      // On a busy machine KWOK's heartbeats come late; a node that is late must not take its pods' readiness away.
      "--node-monitor-grace-period=24h",
    ],
  });
  const scheduler = await processes.start({
    name: "kube-scheduler",
    command: await programPath("scheduler"),
    arguments: [
      ...common,
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(processes.folder, "scheduler")}`,
    ],
  });
  // The default account is the controller manager's first visible work, and pods need it.
  const defaultAccount = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace: "default" };
  await whileAllRun(
    [manager, scheduler],
    admin.until(defaultAccount, (found) => found !== undefined),
  );
}
