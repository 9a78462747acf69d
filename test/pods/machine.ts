import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** How a program ended and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine of its own inside this one: processes, mounts and network that end with it. */
export interface Machine {
  /** Path, from outside, of a path inside the machine. */
  path(inside: string): string;
  /** Starts a program in the machine as root. */
  start(command: readonly string[]): ChildProcess;
  /** Runs a program in the machine as root to its end. */
  run(command: readonly string[], input?: string): Promise<Outcome>;
  /** Runs shell text in the machine as root; throws an Error with its messages when it fails. */
  shell(script: string): Promise<string>;
  /** Ends every process, mount and interface of the machine. */
  close(): Promise<void>;
}

/** Folder, inside the machine, that holds everything a machine writes: memory, gone with the machine. */
export const workFolder = "/mnt";

// Without --norc bash reads ~/.bashrc when its standard input is a socket, as Node's pipes are: it thinks of rsh.
const setUp = `
set -e
mount --make-rprivate /
mount -t tmpfs -o size=80% tmpfs ${workFolder}
mkdir -p ${workFolder}/claims ${workFolder}/pods
mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns
ip link set lo up
ip link add cluster type bridge
ip addr add 10.244.0.1/16 dev cluster
ip link set cluster up
echo ready
exec sleep infinity`;

/**
 * Starts a machine. Its first process dies with this one (also when this one is killed), and with it, by the PID
 * namespace, all the others; with the last process the mount and network namespaces go.
 */
export async function startMachine(): Promise<Machine> {
  const holder = spawn(
    "setpriv",
    [
      "--pdeathsig",
      "KILL",
      "unshare",
      "--mount",
      "--net",
      "--pid",
      "--fork",
      "--kill-child=KILL",
      "--mount-proc",
      "/bin/bash",
      "--norc",
      "-c",
      setUp,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(holder, "ready");
  const pid = Number(
    readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8").trim().split(" ")[0],
  );
  const enter = (command: readonly string[]) => ["-t", String(pid), "-m", "-n", "-p", "--", ...command];
  const run = (command: readonly string[], input?: string) =>
    finished(spawn("nsenter", enter(command)), input);
  return {
    path: (inside) => `/proc/${pid}/root${inside}`,
    start: (command) => spawn("nsenter", enter(command)),
    run,
    shell: async (script) => {
      const { code, stdout, stderr } = await run(["/bin/bash", "--norc", "-ec", script]);
      if (code !== 0) throw new Error(`exit ${code}: ${stderr.trim()}\n${script}`);
      return stdout;
    },
    close: async () => {
      if (holder.exitCode !== null || holder.signalCode !== null) return;
      const ended = new Promise((resolve) => holder.once("exit", resolve));
      holder.kill("SIGKILL");
      await ended;
      // The kernel removes the namespaces after the exit was reported.
      for (let round = 0; round < 100 && alive(pid); round += 1) await delay(20);
    },
  };
}

/** Waits for the end of a program; returns its exit code (null after a signal) and its output. */
export function finished(child: ChildProcess, input?: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}

function once(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (data: Buffer) => {
      if (data.toString().includes(text)) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the machine ended with ${code}: this test needs root`)));
    child.once("error", reject);
  });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
