import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { startProcesses, whileAllRun } from "./processes.ts";

/** A process that was killed may still stand in the table as a zombie until somebody collects it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const gone = async (check: () => boolean): Promise<void> => {
  await vi.waitUntil(() => !check(), { timeout: 60_000, interval: 20 });
};

test("stop ends the programs with their children and removes the folder", async () => {
  const processes = await startProcesses();
  const shell = await processes.start({
    name: "shell",
    command: "sh",
    arguments: ["-c", "sleep 1000 & echo $!; wait"],
  });
  await vi.waitUntil(async () => (await shell.log()).includes("\n"), { timeout: 60_000, interval: 20 });
  const child = Number(await shell.log());
  expect(isRunning(child)).toBe(true);
  await processes.stop();
  await gone(() => isRunning(child));
  expect(existsSync(processes.folder)).toBe(false);
});

test("a program that ends by itself is noticed, one that cannot start is an error with its name", async () => {
  const processes = await startProcesses();
  const failing = await processes.start({
    name: "failing",
    command: "sh",
    arguments: ["-c", "echo out of luck; exit 7"],
  });
  expect(await failing.ended).toBe("exit code 7");
  const never = new Promise<never>(() => undefined);
  await expect(whileAllRun([failing], never)).rejects.toThrow("failing ended (exit code 7):\nout of luck");
  await expect(processes.start({ name: "absent", command: "/absent", arguments: [] })).rejects.toThrow(
    /^absent did not start: .*ENOENT/u,
  );
  await processes.stop();
});

test("what a test started ends and its folder goes when the test is killed", async () => {
  const program = fileURLToPath(new URL("killed-test.ts", import.meta.url));
  const killed = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: killed.stdout }), "line");
  const { pid, folder } = z.object({ pid: z.number(), folder: z.string() }).parse(JSON.parse(String(line)));
  expect(isRunning(pid)).toBe(true);
  expect(existsSync(join(folder, "sleeper.log"))).toBe(true);
  killed.kill("SIGKILL");
  await gone(() => isRunning(pid) || existsSync(folder));
});
