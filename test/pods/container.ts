import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { IContainer } from "kubernetes-models/v1/Container";
import { parseQuantity } from "../../src/kubernetes/quantity.ts";
import { finished, type Machine, type Outcome, workFolder } from "./machine.ts";

/** A folder or file of the machine that a container sees. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Everything that a container is started with; nothing of it is changed on the way. */
export interface ContainerPlan {
  readonly pod: string;
  readonly container: IContainer;
  /** Folder of the image's root file system. */
  readonly image: string;
  /** Environment of the manifest, resolved. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly user: number;
  readonly group: number;
  readonly supplementalGroup: number | undefined;
  /** Folder of the control group, in whose memory limit the container runs; undefined where the limit is not applied. */
  readonly memoryGroup: string | undefined;
}

/** A started container. */
export interface Running {
  /** Runs a command in the container, as its user; the text goes to its standard input. */
  exec(command: readonly string[], input?: string): Promise<Outcome>;
  /** Starts a command in the container, as its user, with pipes. */
  start(command: readonly string[]): ChildProcess;
  /** Sends a signal to the container's first process. */
  signal(name: "TERM" | "INT" | "KILL" | "STOP" | "CONT"): Promise<void>;
  /** The id of the container's first process, in the machine. */
  readonly pid: number;
  /** Resolves with the exit code (128 + signal after a signal) when the container ends. */
  readonly ended: Promise<number>;
  /** What the container has written so far. */
  log(): string;
}

// What the official images set; a manifest's own environment comes on top.
const imagePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin";

const namespaces = ["unshare", "--mount", "--ipc", "--uts", "--pid", "--fork", "--kill-child=KILL"];

/**
 * Starts a container: a mount, PID, IPC and UTS namespace of its own in the pod's network namespace, the image as an
 * overlay (read-only where the manifest says so), the manifest's user, no capability, no new privileges.
 * Not simulated: cpu, seccomp. The memory limit only where the plan names a control group.
 */
export async function startContainer(machine: Machine, plan: ContainerPlan, run: number): Promise<Running> {
  const { container, pod } = plan;
  const folder = `${workFolder}/pods/${pod}/${container.name}.${run}`;
  const command = [...(container.command ?? []), ...(container.args ?? [])];
  if (command.length === 0)
    throw new Error(`${pod}: container ${container.name} relies on its image's entrypoint`);
  const user = asUser(plan, command);
  const child = machine.start([
    "nsenter",
    `--net=/run/netns/${pod}`,
    ...namespaces,
    "/bin/bash",
    "--norc",
    "-ec",
    setUp(plan, folder, user),
  ]);
  let log = "";
  child.stdout?.on("data", (data: Buffer) => (log += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (log += data.toString()));
  let over = false;
  const ended = finished(child).then(({ code }) => {
    over = true;
    return code ?? 137;
  });
  const pid = await readPid(machine.path(`${folder}/pid`), () => over).catch(() => {
    throw new Error(`${pod}: container ${container.name} did not start: ${log}`);
  });
  const inside = ["nsenter", "-t", String(pid), "-m", "-n", "-p", "-i", "-u", "-r", "-w", "--"];
  return {
    pid,
    ended,
    log: () => log,
    exec: (arguments_, input) => machine.run([...inside, ...asUser(plan, arguments_)], input),
    start: (arguments_) => machine.start([...inside, ...asUser(plan, arguments_)]),
    signal: async (name) => {
      await machine.run(["kill", `-${name}`, String(pid)]);
    },
  };
}

function asUser(plan: ContainerPlan, command: readonly string[]): readonly string[] {
  const groups =
    plan.supplementalGroup === undefined ? ["--clear-groups"] : ["--groups", String(plan.supplementalGroup)];
  const environment = { PATH: imagePath, HOSTNAME: plan.pod, HOME: "/", ...plan.environment };
  const identity = ["--reuid", String(plan.user), "--regid", String(plan.group), ...groups];
  const rights = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return ["/usr/bin/setpriv", ...identity, ...rights, "/usr/bin/env", "-i", ...variables, ...command];
}

function setUp(plan: ContainerPlan, folder: string, command: readonly string[]): string {
  const root = `${folder}/root`;
  const readOnly = plan.container.securityContext?.readOnlyRootFilesystem === true;
  const mounts = plan.mounts.flatMap(({ source, target, readOnly: fixed }) => [
    `[ -d ${quote(source)} ] && mkdir -p ${quote(root + target)} || { mkdir -p $(dirname ${quote(root + target)}); touch ${quote(root + target)}; }`,
    `mount --rbind ${quote(source)} ${quote(root + target)}`,
    ...(fixed ? [`mount -o remount,bind,ro ${quote(root + target)}`] : []),
  ]);
  const limit = plan.container.resources?.limits?.["memory"];
  const group = plan.memoryGroup;
  return [
    ...(group === undefined || limit === undefined
      ? []
      : [
          `mkdir -p ${group}; echo ${parseQuantity(String(limit)) / 1000} > ${group}/memory.limit_in_bytes`,
          // The process that writes it: this one.
          `echo 0 > ${group}/cgroup.procs`,
        ]),
    `read -r pid _ < /proc/self/stat`,
    `mkdir -p ${root} ${folder}/upper ${folder}/work`,
    `mount -t overlay overlay -o lowerdir=${plan.image},upperdir=${folder}/upper,workdir=${folder}/work ${root}`,
    `mount -t proc proc ${root}/proc`,
    `mount -t tmpfs -o mode=755,size=64k tmpfs ${root}/dev`,
    `for d in null zero full random urandom tty; do touch ${root}/dev/$d; mount --bind /dev/$d ${root}/dev/$d; done`,
    `ln -s /proc/self/fd ${root}/dev/fd; ln -s /proc/self/fd/1 ${root}/dev/stdout; ln -s /proc/self/fd/2 ${root}/dev/stderr`,
    // The container runtime's default size.
    `mkdir ${root}/dev/shm; mount -t tmpfs -o mode=1777,size=64m tmpfs ${root}/dev/shm`,
    ...mounts,
    `hostname ${quote(plan.pod)}`,
    ...(readOnly ? [`mount -o remount,bind,ro ${root}`] : []),
    `echo $pid > ${folder}/pid`,
    // Nothing of the machine stays visible, and no other mount is held: a claim can be unmounted although pods run.
    `cd ${root}; pivot_root . .; umount -l .; cd /`,
    `exec ${command.map(quote).join(" ")}`,
  ].join("\n");
}

async function readPid(file: string, over: () => boolean): Promise<number> {
  for (;;) {
    try {
      const text = readFileSync(file, "utf8").trim();
      if (text !== "") return Number(text);
    } catch {
      // not yet written
    }
    if (over()) throw new Error("ended");
    await delay(5);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
