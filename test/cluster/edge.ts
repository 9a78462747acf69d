import { execFile } from "node:child_process";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import type { Processes } from "./processes/processes.ts";

/** An answer of the edge. */
export interface EdgeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the edge is asked: it listens on the loopback address, whatever host is meant. */
export interface EdgeRequest {
  readonly port: number;
  readonly host: string;
  readonly path?: string;
  readonly method?: "GET" | "POST";
  /** Sent as it is; a number stands for a body of that many bytes that is announced and not sent. */
  readonly body?: Buffer | number;
  /** Certificate of the authority; absent for plain HTTP. */
  readonly authority?: string;
  /** The only cipher suite of TLS 1.2 that is offered. */
  readonly cipher?: string;
}

/** Asks the edge. Throws when there is no answer. */
export async function ask(asked: EdgeRequest): Promise<EdgeAnswer> {
  const { port, host, path = "/", method = "GET", body, authority, cipher } = asked;
  return await new Promise((resolve, reject) => {
    const length = typeof body === "number" ? body : (body?.length ?? 0);
    const options = {
      host: "127.0.0.1",
      port,
      path,
      method,
      headers: { host, ...(length > 0 ? { "content-length": length } : {}) },
      agent: false,
    };
    const tls = {
      servername: host,
      ca: authority,
      ...(cipher === undefined ? {} : { ciphers: cipher, maxVersion: "TLSv1.2" as const }),
    };
    const outgoing = authority === undefined ? httpRequest(options) : httpsRequest({ ...options, ...tls });
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      buffer(response).then((bytes) => {
        outgoing.destroy();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: bytes.toString("utf8"),
        });
      }, reject);
    });
    if (typeof body === "number") outgoing.flushHeaders();
    else outgoing.end(body);
  });
}

/**
 * Gives this machine an address that is no loopback one, which EndpointSlices refuse. Its interface is one end of a
 * pair whose other end lies in a network namespace of a program of the test: it goes with that program.
 */
export async function addAddress({ start }: Processes): Promise<string> {
  const holder = await start({
    name: "network",
    command: "unshare",
    arguments: ["--net", "sleep", "infinity"],
  });
  const name = `cluster${holder.pid}`;
  // A block for benchmarks of networks (RFC 2544), which nobody's network has.
  const address = `198.18.${(holder.pid >> 8) & 255}.${holder.pid & 255}`;
  await ip("link", "add", name, "type", "veth", "peer", "name", "peer0", "netns", String(holder.pid));
  await ip("address", "add", `${address}/32`, "dev", name);
  await ip("link", "set", name, "up");
  return address;
}

async function ip(...list: readonly string[]): Promise<void> {
  await promisify(execFile)("ip", list);
}

/** The application's place: answers each request with what it got of it. Returns its port and how to stop it. */
export async function startBackend(
  address: string,
): Promise<{ readonly port: number; readonly stop: () => void }> {
  const server = createServer((incoming, response) => {
    buffer(incoming).then(
      (bytes) =>
        response.end(
          JSON.stringify({ host: incoming.headers.host, path: incoming.url, bytes: bytes.length }),
        ),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, resolve);
  });
  return { port: portOf(server.address()), stop: () => void server.close() };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
