import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { routes, type State } from "./routes.ts";

/** One call that reached the server. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The rights of a token, as a job's `permissions:` states them, and the account that it writes as. */
export interface Grant {
  readonly permissions: Readonly<Record<string, string>>;
  readonly login: string;
}

/** A server that answers as GitHub's REST API does for one repository, and refuses what a token may not do. */
export interface GitHub {
  readonly url: string;
  readonly repository: string;
  readonly state: State;
  readonly calls: readonly Recorded[];
  /** Makes a token with rights. */
  readonly issue: (grant: Grant) => string;
  readonly stop: () => Promise<void>;
}

/** Starts the server on a free port of this machine. */
export async function startGitHub(repository: string): Promise<GitHub> {
  const state: State = {
    pulls: [],
    comments: new Map(),
    statuses: [],
    issues: [],
    reviews: new Map(),
    tags: [],
    refs: new Map(),
    pullsOfCommit: new Map(),
  };
  const grants = new Map<string, Grant>();
  const calls: Recorded[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const grant = grants.get((request.headers.authorization ?? "").replace(/^Bearer /, ""));
    if (!grant) return [401, { message: "Bad credentials" }];
    const url = new URL(request.url ?? "", "http://localhost");
    const prefix = `/repos/${repository}/`;
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : undefined;
    const route = routes.find(
      (one) => one.method === request.method && path !== undefined && one.path.test(path),
    );
    if (!route || path === undefined) return [404, { message: "Not Found" }];
    const [permission, level] = route.needs;
    const held = grant.permissions[permission];
    if (held !== "write" && held !== level)
      return [403, { message: "Resource not accessible by integration" }];
    const body = await readBody(request);
    const parameters = (route.path.exec(path) ?? []).slice(1).map(decodeURIComponent);
    return route.answer({ state, parameters, query: url.searchParams, body, login: grant.login });
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      calls.push({ method: request.method ?? "", path: request.url ?? "", status });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    repository,
    state,
    calls,
    issue: (grant) => {
      const token = `token-${grants.size + 1}`;
      grants.set(token, grant);
      return token;
    },
    stop: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const content = Buffer.concat(chunks).toString("utf8");
  return content === "" ? {} : JSON.parse(content);
}
