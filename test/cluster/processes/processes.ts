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

export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  /** How the program ended, or undefined while it runs. */
  readonly ending: () => string | undefined;
  /** Kills the program with all its children; returns when it has ended. */
  readonly stop: () => Promise<void>;
  /** What the program wrote so far. */
  readonly log: () => Promise<string>;
}

/** Starts the guard; what is started through it ends with this process, however this process ends. */
export async function startProcesses(): Promise<Processes> {
  const folder = await mkdtemp(join(tmpdir(), "cluster-"));
  const guard = spawn(process.execPath, [fileURLToPath(new URL("guard.ts", import.meta.url)), folder], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const endings = new Map<string, string>();
  const listeners = new Set<(event: GuardEvent) => void>();
  createInterface({ input: guard.stdout }).on("line", (line) => {
    const event = guardEvent.parse(JSON.parse(line));
    if ("ended" in event) endings.set(event.ended, event.how);
    for (const listener of listeners) listener(event);
  });
  const send = (request: GuardRequest): void => void guard.stdin.write(`${JSON.stringify(request)}\n`);
  const next = async (matches: (event: GuardEvent) => boolean): Promise<GuardEvent> =>
    await new Promise((resolve) => {
      const listener = (event: GuardEvent): void => {
        if (!matches(event)) return;
        listeners.delete(listener);
        resolve(event);
      };
      listeners.add(listener);
    });

  const start = async ({ name, command, arguments: list, environment }: Program): Promise<RunningProgram> => {
    const log = join(folder, `${name}.log`);
    endings.delete(name);
    const answer = next((event) => ("ended" in event ? event.ended === name : event.started === name));
    const merged = Object.fromEntries(
      Object.entries({ ...process.env, ...environment }).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value]],
      ),
    );
    send({ start: { name, command, arguments: list, environment: merged, cwd: folder, log } });
    const event = await answer;
    if ("ended" in event) throw new Error(`${name} did not start: ${event.how}`);
    const stop = async (): Promise<void> => {
      if (endings.has(name)) return;
      const end = next((later) => "ended" in later && later.ended === name);
      send({ stop: name });
      await end;
    };
    return {
      name,
      pid: event.pid,
      ending: () => endings.get(name),
      stop,
      log: async () => await readFile(log, "utf8"),
    };
  };

  const stop = async (): Promise<void> => {
    if (guard.exitCode !== null) return;
    const exit = once(guard, "exit");
    guard.stdin.end();
    await exit;
  };
  return { folder, start, stop };
}
