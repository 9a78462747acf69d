import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

/** What a real browser made of a page. */
export interface OpenPage {
  /** Returns what the expression is in the page, as JSON; the page's own policy does not bind it. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Addresses that the browser asked for, the page's own included. */
  readonly requests: readonly string[];
  /** What the browser complained of: violations of the page's policy, errors. */
  readonly complaints: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly request?: { readonly url: string };
    readonly entry?: { readonly text: string };
  };
  readonly result?: {
    readonly targetId?: string;
    readonly sessionId?: string;
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: unknown;
  };
}

/** Opens a file in headless Chromium (Chrome DevTools Protocol over a pipe) and hands it to `look`. */
export async function inChromium<Result>(
  file: string,
  look: (page: OpenPage) => Promise<Result>,
): Promise<Result> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const browser = spawn(
    "chromium",
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      `--user-data-dir=${profile}`,
      "--remote-debugging-pipe",
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const ended = new Promise((resolve) => browser.once("close", resolve));
  try {
    const [, , , input, output] = browser.stdio;
    if (!(input instanceof Writable) || !(output instanceof Readable)) throw new Error("no pipe to Chromium");
    return await look(await openPage(input, output, file));
  } finally {
    browser.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true });
  }
}

async function openPage(input: Writable, output: Readable, file: string): Promise<OpenPage> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  const loaded = Promise.withResolvers<void>();
  let rest = "";
  output.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const message: Message = JSON.parse(part);
      const { id, method, params } = message;
      if (id !== undefined) waiting.get(id)?.(message);
      if (method === "Network.requestWillBeSent") requests.push(params?.request?.url ?? "");
      if (method === "Log.entryAdded") complaints.push(params?.entry?.text ?? "");
      if (method === "Runtime.exceptionThrown") complaints.push("an exception");
      if (method === "Page.javascriptDialogOpening") complaints.push("a dialog");
      if (method === "Page.loadEventFired") loaded.resolve();
    }
  });
  let last = 0;
  const send = (method: string, params: object = {}, sessionId?: string): Promise<Message> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  const target = await send("Target.createTarget", { url: "about:blank" });
  const attached = await send("Target.attachToTarget", { targetId: target.result?.targetId, flatten: true });
  const session = attached.result?.sessionId;
  for (const domain of ["Page", "Network", "Log", "Runtime"]) await send(`${domain}.enable`, {}, session);
  await send("Page.navigate", { url: pathToFileURL(file).href }, session);
  await loaded.promise;
  return {
    requests,
    complaints,
    evaluate: async (expression) => {
      const { result } = await send("Runtime.evaluate", { expression, returnByValue: true }, session);
      if (result?.exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(result)}`);
      return result?.result?.value;
    },
  };
}
