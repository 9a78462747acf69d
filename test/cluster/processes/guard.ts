/**
 * A process of its own that starts the programs of a test and outlives the test by a moment. It reads one JSON
 * request a line; when its input ends, because the test closed it or because the test was killed, it kills every
 * program it started with all their children, removes the folder named as its argument and ends.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { guardRequest, type GuardEvent, type ProgramStart } from "./protocol.ts";

const folder = process.argv[2];
const children = new Map<string, ChildProcess>();
const emit = (event: GuardEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

// When the reader is gone there is nobody to tell; the end of the input follows and ends everything.
process.stdout.on("error", () => undefined);

const requests = createInterface({ input: process.stdin });
requests.on("line", (line) => {
  const request = guardRequest.parse(JSON.parse(line));
  if ("start" in request) start(request.start);
  else killGroup(request.stop);
});
requests.on("close", () => {
  for (const name of children.keys()) killGroup(name);
  endWhenAllEnded();
});

function start(program: ProgramStart): void {
  const log = openSync(program.log, "a");
  const child = spawn(program.command, program.arguments, {
    cwd: program.cwd,
    env: program.environment,
    stdio: ["ignore", log, log],
    // A process group of its own, so that the program's children can be killed with it.
    detached: true,
  });
  closeSync(log);
  children.set(program.name, child);
  child.once("error", (error) => ended(program.name, error.message));
  child.once("exit", (code, signal) => ended(program.name, signal ?? `exit code ${code}`));
  if (child.pid !== undefined) emit({ started: program.name, pid: child.pid });
}

function ended(name: string, how: string): void {
  children.delete(name);
  emit({ ended: name, how });
  endWhenAllEnded();
}

function killGroup(name: string): void {
  const pid = children.get(name)?.pid;
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself between the request and the signal.
  }
}

function endWhenAllEnded(): void {
  if (!process.stdin.readableEnded || children.size > 0) return;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}
