import { Agent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { limited } from "../limit.ts";

/** How an API server is reached, and as whom. */
export interface Connection {
  /** For example https://127.0.0.1:6443. */
  readonly server: string;
  /** Certificate that the server's is checked against, PEM. */
  readonly authority: string;
  readonly token: string;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** Texts of the Warning headers. */
  readonly warnings: readonly string[];
}

const agents = new Map<string, Agent>();

function agentFor(authority: string): Agent {
  const known = agents.get(authority);
  if (known !== undefined) return known;
  const agent = new Agent({ ca: authority, keepAlive: true });
  agents.set(authority, agent);
  return agent;
}

/** Opens a request and returns the response before its body is read. */
export async function open(
  connection: Connection,
  { method, path, body, contentType = "application/json" }: ApiRequest,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      new URL(path, connection.server),
      {
        method,
        agent: agentFor(connection.authority),
        headers: {
          authorization: `Bearer ${connection.token}`,
          accept: "application/json",
          "content-type": contentType,
        },
      },
      resolve,
    );
    outgoing.once("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * One request with its answer, whatever the status. When the server asks to come back later, as it does while it
 * prepares the storage of a new kind, it is asked again after the time it names. Throws only when there is no answer.
 */
export async function call(connection: Connection, request: ApiRequest): Promise<ApiResponse> {
  const response = await limited({ what: `${request.method} ${request.path}` }, open(connection, request));
  const later = response.statusCode === 429 ? response.headers["retry-after"] : undefined;
  if (later !== undefined) {
    response.resume();
    await delay(Number(later) * 1000);
    return await call(connection, request);
  }
  const body = await text(response);
  const isJson = response.headers["content-type"]?.includes("json") === true;
  return {
    status: response.statusCode ?? 0,
    body: isJson ? JSON.parse(body) : body,
    warnings: warningsOf(response.headers["warning"]),
  };
}

/** The texts in a Warning header: each is `299 agent "text"`, with quotes and backslashes escaped. */
export function warningsOf(header: string | readonly string[] | undefined): string[] {
  const joined = typeof header === "string" ? header : (header ?? []).join(", ");
  return [...joined.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/gu)].map(([, warning = ""]) =>
    warning.replaceAll(/\\(.)/gu, "$1"),
  );
}

/** The lines of an answer as they arrive; ends with the connection. Whoever stops reading closes it. */
export async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
