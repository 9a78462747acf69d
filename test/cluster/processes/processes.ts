import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { guardEvent, type GuardEvent, type GuardRequest } from "./protocol.ts";

/** A program to run: arguments, and what differs in its environment from that of the test. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The programs of one test: one temporary folder, and one guard that ends them all with the test. */
export interface Processes {
  readonly folder: string;
  readonly start: (program: Program) => Promise<RunningProgram>;
  /** Kills all programs and removes the folder; returns when both are done. */
  readonly stop: () => Promise<void>;
}

/** Something that a test's wait depends on. */
export interface Dependency {
  readonly name: string;
  /** Settles when it ends, with how it ended. */
  readonly ended: Promise<string>;
  /** What it wrote so far. */
  readonly log: () => Promise<string>;
}

export interface RunningProgram extends Dependency {
  readonly pid: number;
  /** Kills the program with all its children; returns when it has ended. */
  readonly stop: () => Promise<void>;
}

/** Starts the guard; what is started through it ends with this process, however this process ends. */
export async function startProcesses(): Promise<Processes> {
  const folder = await mkdtemp(join(tmpdir(), "cluster-"));
  const guard = spawn(process.execPath, [fileURLToPath(new URL("guard.ts", import.meta.url)), folder], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const listeners = new Set<(event: GuardEvent) => void>();
  createInterface({ input: guard.stdout }).on("line", (line) => {
    const event = guardEvent.parse(JSON.parse(line));
    for (const listener of listeners) listener(event);
  });
  const send = (request: GuardRequest): void => void guard.stdin.write(`${JSON.stringify(request)}\n`);
  const next = async <T>(read: (event: GuardEvent) => T | undefined): Promise<T> =>
    await new Promise((resolve) => {
      const listener = (event: GuardEvent): void => {
        const found = read(event);
        if (found === undefined) return;
        listeners.delete(listener);
        resolve(found);
      };
      listeners.add(listener);
    });

  const start = async ({ name, command, arguments: list, environment }: Program): Promise<RunningProgram> => {
    const log = join(folder, `${name}.log`);
    const ended = next((event) => ("ended" in event && event.ended === name ? event.how : undefined));
    const started = next((event) => ("started" in event && event.started === name ? event.pid : undefined));
    send({
      start: {
        name,
        command,
        arguments: list,
        environment: { ...definedOnly(process.env), ...environment },
        cwd: folder,
        log,
      },
    });
    const pid = await Promise.race([started, ended]);
    if (typeof pid === "string") throw new Error(`${name} did not start: ${pid}`);
    const stop = async (): Promise<void> => {
      send({ stop: name });
      await ended;
    };
    return { name, pid, ended, stop, log: async () => await readFile(log, "utf8") };
  };

  const stop = async (): Promise<void> => {
    if (guard.exitCode !== null) return;
    const exit = once(guard, "exit");
    guard.stdin.end();
    await exit;
  };
  return { folder, start, stop };
}

/** The result of the work. Throws with the end of its log as soon as something that the work depends on ends. */
export async function whileAllRun<T>(running: readonly Dependency[], work: Promise<T>): Promise<T> {
  const failures = running.map(async (program): Promise<never> => {
    const how = await program.ended;
    const lines = (await program.log().catch(() => "")).trimEnd().split("\n");
    throw new Error(`${program.name} ended (${how}):\n${lines.slice(-20).join("\n")}`);
  });
  return await Promise.race([work, ...failures]);
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
