import { setTimeout as delay } from "node:timers/promises";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPod } from "kubernetes-models/v1/Pod";
import { type ContainerPlan, type Mount, type Running, startContainer } from "./container.ts";
import type { Machine, Outcome } from "./machine.ts";

/** A pod whose volumes and network are there. */
export interface PodPlan {
  readonly pod: IPod;
  readonly address: string;
  /** Environment of a container, resolved. */
  environment(container: IContainer): Readonly<Record<string, string>>;
  /** Mounts of a container. */
  mounts(container: IContainer): readonly Mount[];
  /** Image folder of a container; undefined for one that cannot be run here. */
  image(container: IContainer): string | undefined;
  /** Folder of a container's control group; see ContainerPlan. */
  memoryGroup(container: IContainer): string | undefined;
  /** Called when the pod became ready or stopped being it. */
  readinessChanged(): void;
}

/** A pod that runs. */
export interface RunningPod {
  readonly plan: PodPlan;
  ready(): boolean;
  /** What kept a container from being started at all; undefined while nothing did. */
  failure(): unknown;
  /** How often a container was started again. */
  restarts(container: string): number;
  /** The running container; throws an Error while it is not running. */
  container(name: string): Running;
  exec(container: string, command: readonly string[], input?: string): Promise<Outcome>;
  /** What a container wrote in all its runs. */
  log(container: string): string;
  /** Exit codes of a container's ended runs. */
  exits(container: string): readonly number[];
  /** Ends the pod: preStop, SIGTERM, and SIGKILL after the grace period; without grace only SIGKILL. */
  stop(grace: "grace" | "none"): Promise<void>;
}

type Probe = NonNullable<IContainer["livenessProbe"]>;

// kubelet waits 10 s, 20 s, ... up to 5 minutes before it starts a failed container again; here it is a second.
const restartDelay = 1000;

/** Starts a pod as kubelet does: init containers one after the other, then the containers with their probes. */
export function startPod(machine: Machine, plan: PodPlan): RunningPod {
  const name = plan.pod.metadata?.name ?? "";
  const spec = plan.pod.spec ?? { containers: [] };
  const state: { stopping: boolean; ready: boolean; failure?: unknown } = { stopping: false, ready: false };
  const containers = new Map<string, { running?: Running; log: string; exits: number[]; ready: boolean }>();
  const entry = (container: string) => {
    const found = containers.get(container) ?? { log: "", exits: [], ready: false };
    containers.set(container, found);
    return found;
  };

  const refresh = () => {
    const ready = !state.stopping && mains.every((container) => entry(container.name).ready);
    if (ready !== state.ready) {
      state.ready = ready;
      plan.readinessChanged();
    }
  };

  async function runOnce(container: IContainer, image: string): Promise<number> {
    const own = entry(container.name);
    const running = await startContainer(machine, containerPlan(plan, container, image), own.exits.length);
    own.running = running;
    // A pod that is stopped while a container of it is being started never meant that container to run.
    if (state.stopping) await running.signal("KILL");
    const probes = state.stopping ? Promise.resolve() : probe(container, running);
    const code = await running.ended;
    delete own.running;
    own.ready = false;
    own.log += running.log();
    own.exits.push(code);
    refresh();
    await probes;
    return code;
  }

  async function probe(container: IContainer, running: Running): Promise<void> {
    const own = entry(container.name);
    const live = () => own.running === running && !state.stopping;
    const watch = async (probed: Probe | undefined, changed: (good: boolean) => void) => {
      const {
        periodSeconds = 10,
        failureThreshold = 3,
        initialDelaySeconds = 0,
        timeoutSeconds = 1,
      } = probed ?? {};
      if (probed === undefined) return changed(true);
      await delay(initialDelaySeconds * 1000);
      for (let failures = 0; live();) {
        const code = await Promise.race([
          ask(container, running, probed),
          delay(timeoutSeconds * 1000, 1, { ref: false }),
        ]);
        if (!live()) return;
        failures = code === 0 ? 0 : failures + 1;
        if (code === 0) changed(true);
        else if (failures >= failureThreshold) changed(false);
        await Promise.race([delay(periodSeconds * 1000, undefined, { ref: false }), running.ended]);
      }
    };
    await Promise.all([
      watch(container.readinessProbe, (good) => {
        own.ready = good;
        refresh();
      }),
      watch(container.livenessProbe, (good) => {
        if (!good) void terminate(container, running);
      }),
    ]);
  }

  async function ask(container: IContainer, running: Running, probed: Probe): Promise<number | null> {
    if (probed.exec?.command !== undefined) return (await running.exec(probed.exec.command)).code;
    const wanted = probed.tcpSocket?.port;
    const port = container.ports?.find(
      (one) => one.name === wanted || one.containerPort === wanted,
    )?.containerPort;
    if (port === undefined)
      throw new Error(`${name}: a probe of ${container.name} is neither exec nor a known TCP port`);
    return (await machine.run(["/bin/bash", "--norc", "-c", `exec 3<>/dev/tcp/${plan.address}/${port}`]))
      .code;
  }

  async function terminate(container: IContainer, running: Running): Promise<void> {
    const grace = spec.terminationGracePeriodSeconds ?? 30;
    const before = container.lifecycle?.preStop?.exec?.command;
    const end = (async () => {
      if (before !== undefined) await running.exec(before);
      await running.signal("TERM");
      await running.ended;
    })();
    await Promise.race([end, running.ended, delay(grace * 1000, undefined, { ref: false })]);
    await running.signal("KILL");
    await running.ended;
  }

  async function keepRunning(container: IContainer, image: string): Promise<void> {
    while (!state.stopping) {
      await runOnce(container, image);
      if (spec.restartPolicy === "Never") return;
      if (!state.stopping) await delay(restartDelay);
    }
  }

  const mains = spec.containers.filter((container) => plan.image(container) !== undefined);
  const life = (async () => {
    for (const container of spec.initContainers ?? []) {
      const image = plan.image(container);
      if (image === undefined)
        throw new Error(`${name}: the init container ${container.name} has no image here`);
      while (!state.stopping && (await runOnce(container, image)) !== 0) await delay(restartDelay);
    }
    await Promise.all(mains.map((container) => keepRunning(container, plan.image(container) ?? "")));
  })();
  const failed = life.catch((error: unknown) => {
    state.failure = error;
  });

  return {
    plan,
    failure: () => state.failure,
    ready: () => state.ready,
    restarts: (container) => Math.max(0, entry(container).exits.length - (entry(container).running ? 0 : 1)),
    container: (wanted) => current(wanted),
    exec: (wanted, command, input) => current(wanted).exec(command, input),
    log: (wanted) => entry(wanted).log + (entry(wanted).running?.log() ?? ""),
    exits: (wanted) => entry(wanted).exits,
    stop: async (grace) => {
      state.stopping = true;
      refresh();
      const all = [...(spec.initContainers ?? []), ...mains];
      await Promise.all(
        all.map(async (container) => {
          const { running } = entry(container.name);
          if (running === undefined) return;
          if (grace === "grace") await terminate(container, running);
          else await running.signal("KILL");
          await running.ended;
        }),
      );
      await failed;
    },
  };

  function current(wanted: string): Running {
    const { running } = entry(wanted);
    if (running === undefined)
      throw new Error(`${name}: container ${wanted} is not running\n${entry(wanted).log.slice(-500)}`);
    return running;
  }
}

function containerPlan(plan: PodPlan, container: IContainer, image: string): ContainerPlan {
  const security = plan.pod.spec?.securityContext;
  const user = container.securityContext?.runAsUser ?? security?.runAsUser;
  const group = container.securityContext?.runAsGroup ?? security?.runAsGroup;
  if (user === undefined || group === undefined || user === 0) {
    throw new Error(`${plan.pod.metadata?.name}: ${container.name} names no unprivileged user and group`);
  }
  return {
    pod: plan.pod.metadata?.name ?? "",
    container,
    image,
    environment: plan.environment(container),
    mounts: plan.mounts(container),
    user,
    group,
    supplementalGroup: security?.fsGroup,
    memoryGroup: plan.memoryGroup(container),
  };
}
