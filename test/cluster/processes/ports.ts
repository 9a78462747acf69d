import { createServer } from "node:net";

const handedOut = new Set<number>();

/**
 * A free port of the loopback address, never the same one twice. Taken below the range from which systems give ports
 * to outgoing connections, so that no connection can take it between this look and the program's own bind.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
