/** Stands for a test that is killed: starts a program, tells its process id, and never ends by itself. */
import process from "node:process";
import { startProcesses } from "./processes.ts";

const processes = await startProcesses();
const { pid } = await processes.start({ name: "sleeper", command: "sleep", arguments: ["1000"] });
process.stdout.write(`${JSON.stringify({ pid, folder: processes.folder })}\n`);
setInterval(() => undefined, 60_000);
