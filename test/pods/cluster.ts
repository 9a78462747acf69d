import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { parseQuantity } from "../../src/kubernetes/quantity.ts";
import { hostsFile } from "./hosts.ts";
import { containerRoot } from "./image.ts";
import { type RunningPod, startPod } from "./kubelet.ts";
import { startMachine, workFolder } from "./machine.ts";
import { until } from "./until.ts";
import { allPods, type Tree } from "./tree.ts";
import { applyFsGroup, type Claims, makeClaims, project } from "./volumes.ts";

/** Secrets by name: the data that kubelet would mount. */
export type Secrets = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Pods of a rendered tree, running on this machine. */
export interface Cluster {
  /** Creates pods of the tree by name; they start at the same time. Replaces the tree first when one is given. */
  create(names: readonly string[], tree?: Tree): Promise<void>;
  /** Deletes pods with their grace period, or as the loss of their nodes does; their claims stay. */
  remove(names: readonly string[], how?: "grace" | "killed" | "power cut"): Promise<void>;
  /** A running pod; throws an Error when there is none of the name. */
  pod(name: string): RunningPod;
  /** Waits until pods are ready; throws an Error with their logs after so many seconds. */
  ready(names: readonly string[], seconds?: number): Promise<void>;
  /** Replaces a Secret, also in the pods that run. */
  setSecret(name: string, data: Readonly<Record<string, string>>): void;
  readonly claims: Claims;
  /** Runs shell text as root on the machine under the pods. */
  shell(script: string): Promise<string>;
  close(): Promise<void>;
}

const folder = (pod: string) => `${workFolder}/pods/${pod}`;

/** What runs beside the servers; a container that does not takes no part in its pod. */
export interface Beside {
  /** Whether the exporters run: most tests ask nothing of them. */
  readonly exporters?: boolean;
  /** Folder of a control group below which containers get their memory limits; see memory-limits.ts. */
  readonly memoryGroup?: string;
  /** What rclone's image has, where it is to run: the folder with the program, and the authorities that it trusts. */
  readonly rclone?: { readonly folder: string; readonly authorities: string };
}

/** Starts an empty cluster for a tree. Further pods (a client, say) are created like those of the tree. */
export async function startCluster(
  first: Tree,
  secrets: Secrets,
  further: readonly IPod[] = [],
  beside: Beside = {},
): Promise<Cluster> {
  const [machine, servers, pooler, exporters] = await Promise.all([
    startMachine(),
    containerRoot("servers"),
    containerRoot("pooler"),
    beside.exporters === true ? containerRoot("exporters") : undefined,
  ]);
  const images: readonly [RegExp, string | undefined][] = [
    [/\/(?:postgres|redis)[:@]/, servers],
    [/\/pgbouncer[:@]/, pooler],
    [/[-_]exporter[:@]/, exporters],
    // The program where its image has it, over a root that brings what else the image has (cp).
    [/\/rclone[:@]/, beside.rclone === undefined ? undefined : `${workFolder}/rclone:${servers}`],
  ];
  if (beside.rclone !== undefined) {
    const { folder: programs, authorities } = beside.rclone;
    await machine.shell(`mkdir -p ${workFolder}/rclone/usr/local/bin ${workFolder}/rclone/etc/ssl/certs
      cp ${programs}/rclone ${workFolder}/rclone/usr/local/bin/`);
    writeFileSync(machine.path(`${workFolder}/rclone/etc/ssl/certs/ca-certificates.crt`), authorities);
  }
  const claims = makeClaims(machine);
  const known = new Map(secrets);
  const running = new Map<string, { readonly pod: RunningPod; readonly address: string }>();
  let tree = first;
  let addresses = 1;

  const writeHosts = () => {
    const pods = [...running].map(([name, { pod, address }]) => ({
      name,
      address,
      labels: pod.plan.pod.metadata?.labels ?? {},
      ready: pod.ready(),
    }));
    const text = hostsFile(tree.services, pods);
    for (const name of running.keys()) writeFileSync(machine.path(`${folder(name)}/hosts`), text);
  };

  async function addNetwork(name: string, address: string): Promise<void> {
    await machine.shell(`ip netns add ${name}
      ip link add v${addresses} type veth peer name eth0 netns ${name}
      ip link set v${addresses} master cluster up
      ip -n ${name} link set lo up
      ip -n ${name} link set eth0 up
      ip -n ${name} addr add ${address}/16 dev eth0`);
  }

  async function makeVolume(pod: IPod, volume: IVolume): Promise<string> {
    const name = pod.metadata?.name ?? "";
    const { fsGroup, fsGroupChangePolicy } = pod.spec?.securityContext ?? {};
    const { emptyDir, persistentVolumeClaim, ephemeral } = volume;
    if (persistentVolumeClaim !== undefined || ephemeral !== undefined) {
      const claim = persistentVolumeClaim?.claimName ?? `${name}-${volume.name}`;
      const size =
        ephemeral?.volumeClaimTemplate?.spec.resources?.requests?.["storage"] ?? claimSize(tree, claim);
      const place = await claims.attach(claim, String(size), name, (holder) =>
        mustFollow(pod, running.get(holder)?.pod),
      );
      if (fsGroup !== undefined) {
        applyFsGroup(
          machine.path(place),
          fsGroup,
          fsGroupChangePolicy === "OnRootMismatch" ? "OnRootMismatch" : "Always",
        );
      }
      return place;
    }
    const place = `${folder(name)}/volumes/${volume.name}`;
    mkdirSync(machine.path(place), { recursive: true });
    if (emptyDir !== undefined) {
      const limit =
        emptyDir.sizeLimit === undefined ? "50%" : String(parseQuantity(String(emptyDir.sizeLimit)) / 1000);
      await machine.shell(`mount -t tmpfs -o size=${limit} tmpfs ${place}`);
      chmodSync(machine.path(place), 0o777);
      if (fsGroup !== undefined) applyFsGroup(machine.path(place), fsGroup, "Always");
    } else {
      project(machine.path(place), projection(tree, known, volume), fsGroup);
    }
    return place;
  }

  async function createPod(pod: IPod): Promise<void> {
    const name = pod.metadata?.name ?? "";
    if (running.has(name)) throw new Error(`${name} is already running`);
    addresses += 1;
    const address = `10.244.${Math.floor(addresses / 250)}.${addresses % 250}`;
    mkdirSync(machine.path(folder(name)), { recursive: true });
    writeFileSync(machine.path(`${folder(name)}/hosts`), "");
    await addNetwork(name, address);
    const places = new Map<string, string>();
    for (const volume of pod.spec?.volumes ?? []) places.set(volume.name, await makeVolume(pod, volume));
    const started = startPod(machine, {
      pod,
      address,
      image: ({ image = "" }) => images.find(([pattern]) => pattern.test(image))?.[1],
      environment: (container) => environment(container, pod, known),
      mounts: (container) => [
        { source: `${folder(name)}/hosts`, target: "/etc/hosts", readOnly: false },
        ...(container.volumeMounts ?? []).map(({ name: volume, mountPath, readOnly, subPath }) => {
          const source = places.get(volume);
          if (source === undefined || subPath !== undefined)
            throw new Error(`${name}: cannot mount ${volume}`);
          return { source, target: mountPath, readOnly: readOnly === true };
        }),
      ],
      memoryGroup: ({ name: container }) =>
        beside.memoryGroup && `${beside.memoryGroup}/${name}.${container}`,
      readinessChanged: writeHosts,
    });
    running.set(name, { pod: started, address });
    writeHosts();
  }

  async function removePod(name: string, how: "grace" | "killed" | "power cut"): Promise<void> {
    const found = running.get(name);
    if (found === undefined) return;
    if (how === "power cut") await claims.cutPower(name);
    await found.pod.stop(how === "grace" ? "grace" : "none");
    running.delete(name);
    writeHosts();
    await claims.detach(name);
    for (const { name: volume, ephemeral } of found.pod.plan.pod.spec?.volumes ?? []) {
      if (ephemeral !== undefined) await claims.lose(`${name}-${volume}`);
    }
    await machine.shell(
      `ip netns del ${name}; umount ${folder(name)}/volumes/* 2> /dev/null || true; rm -rf ${folder(name)}`,
    );
  }

  return {
    claims,
    shell: (script) => machine.shell(script),
    create: async (names, changed) => {
      tree = changed ?? tree;
      const pods = [...allPods(tree), ...further];
      for (const name of names) {
        const pod = pods.find(({ metadata }) => metadata?.name === name);
        if (pod === undefined) throw new Error(`the tree has no pod ${name}`);
        await createPod(pod);
      }
    },
    remove: async (names, how = "grace") => {
      await Promise.all(names.map((name) => removePod(name, how)));
    },
    pod: (name) => {
      const found = running.get(name);
      if (found === undefined) throw new Error(`no pod ${name} is running`);
      return found.pod;
    },
    ready: async (names, seconds = 240) => {
      for (const name of names) {
        const pod = () => running.get(name)?.pod;
        const ready = () => {
          if (pod()?.failure() !== undefined)
            throw new Error(`${name} cannot start`, { cause: pod()?.failure() });
          return pod()?.ready() === true;
        };
        await until(() => `${name} is not ready\n${logs(pod())}`, ready, seconds);
      }
    },
    setSecret: (name, data) => {
      known.set(name, data);
      for (const [
        pod,
        {
          pod: { plan },
        },
      ] of running) {
        for (const volume of plan.pod.spec?.volumes ?? []) {
          if (volume.secret?.secretName !== name) continue;
          const place = machine.path(`${folder(pod)}/volumes/${volume.name}`);
          project(place, projection(tree, known, volume), plan.pod.spec?.securityContext?.fsGroup);
        }
      }
    },
    close: () => {
      // A probe that is under way may still change a pod's readiness, and there is no hosts file left to write it to.
      running.clear();
      return machine.close();
    },
  };
}

function logs(pod: RunningPod | undefined): string {
  const containers = pod?.plan.pod.spec?.containers ?? [];
  return containers
    .map(
      ({ name }) =>
        `--- ${name}\n${pod
          ?.log(name)
          .replace(/^.*(connection (received|auth)|disconnection).*\n/gm, "")
          .slice(-1500)}`,
    )
    .join("\n");
}

function claimSize(tree: Tree, claim: string): string {
  for (const { metadata: set, spec } of tree.statefulSets) {
    for (const { metadata: template, spec: wanted } of spec?.volumeClaimTemplates ?? []) {
      const size = wanted?.resources?.requests?.["storage"];
      if (claim.startsWith(`${template?.name}-${set?.name}-`) && size !== undefined) return String(size);
    }
  }
  const own = tree.claims.find(({ metadata }) => metadata?.name === claim)?.spec?.resources?.requests?.[
    "storage"
  ];
  if (own !== undefined) return String(own);
  throw new Error(`the claim ${claim} belongs to no StatefulSet with a size`);
}

/** Whether a pod's required affinity puts it on the node of another. */
function mustFollow({ spec }: IPod, other: RunningPod | undefined): boolean {
  const labels = other?.plan.pod.metadata?.labels ?? {};
  const terms = spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(
    ({ topologyKey, labelSelector }) =>
      topologyKey === "kubernetes.io/hostname" &&
      Object.entries(labelSelector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value),
  );
}

function projection(tree: Tree, secrets: Secrets, { name, configMap, secret }: IVolume) {
  const data = configMap ? tree.configMaps.get(configMap.name ?? "") : secrets.get(secret?.secretName ?? "");
  if (data === undefined) throw new Error(`volume ${name}: its ConfigMap or Secret does not exist`);
  const items = configMap?.items ?? secret?.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  const files = items.map(({ key, path }): [string, string] => {
    const text = data[key];
    if (text === undefined) throw new Error(`volume ${name}: no key ${key}`);
    return [path, text];
  });
  return { files: new Map(files), mode: configMap?.defaultMode ?? secret?.defaultMode ?? 0o644 };
}

function environment(container: IContainer, pod: IPod, secrets: Secrets): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => {
      const { fieldRef, secretKeyRef } = valueFrom ?? {};
      if (fieldRef?.fieldPath === "metadata.name") return [name, pod.metadata?.name ?? ""];
      if (secretKeyRef !== undefined)
        return [name, secrets.get(secretKeyRef.name ?? "")?.[secretKeyRef.key] ?? ""];
      if (value === undefined)
        throw new Error(`${container.name}: the environment variable ${name} has no value`);
      return [name, value];
    }),
  );
}
