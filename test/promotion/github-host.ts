import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";

/** One question that gh asked GitHub's GraphQL API. */
export interface Asked {
  readonly query: string;
  readonly variables: JsonObject;
  readonly authorization: string;
}

/** A stand-in for api.github.com, under that name and with a certificate for it. */
export interface GitHubHost {
  /** What gh needs in its environment to come here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly asked: readonly Asked[];
}

/** Answers a question; undefined for one that is not expected. */
export type Answer = (asked: Asked) => Json | undefined;

/** Gives the work such a host, and stops it afterwards. gh comes here through a proxy, since it speaks HTTPS alone. */
export async function withGitHubHost(
  answer: Answer,
  work: (host: GitHubHost) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "github-"));
  const { certificate, key } = certify(folder);
  const asked: Asked[] = [];
  const api = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (request, response) => {
      void text(request).then((body) => {
        const { query, variables } = asObject(JSON.parse(body === "" ? "{}" : body));
        const one = {
          query: typeof query === "string" ? query : `${request.method ?? ""} ${request.url ?? ""}`,
          variables: asObject(variables),
          authorization: request.headers.authorization ?? "",
        };
        asked.push(one);
        const data = answer(one);
        response.writeHead(200, { "content-type": "application/json" });
        response.end(
          JSON.stringify(data === undefined ? { errors: [{ message: "not expected" }] } : { data }),
        );
      });
    },
  );
  const proxy = createProxy().on("connect", (_request, socket) => {
    const address = api.address();
    const through = connect(typeof address === "object" ? (address?.port ?? 0) : 0, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    socket.on("error", () => through.destroy());
    through.on("error", () => socket.destroy());
  });
  for (const server of [api, proxy]) await once(server.listen(0, "127.0.0.1"), "listening");
  const address = proxy.address();
  try {
    await work({
      asked,
      environment: {
        GH_TOKEN: "a-token",
        GH_CONFIG_DIR: folder,
        GH_NO_UPDATE_NOTIFIER: "1",
        HTTPS_PROXY: `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`,
        SSL_CERT_FILE: certificate,
      },
    });
  } finally {
    api.closeAllConnections();
    api.close();
    proxy.close();
    rmSync(folder, { recursive: true });
  }
}

function certify(folder: string): { readonly certificate: string; readonly key: string } {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const settings = join(folder, "settings");
  writeFileSync(settings, "[req]\ndistinguished_name=name\n[name]\n");
  const kind = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" ");
  const names = ["-subj", "/CN=api.github.com", "-addext", "subjectAltName=DNS:api.github.com"];
  const files = ["-config", settings, "-keyout", key, "-out", certificate];
  execFileSync("openssl", [...kind, ...names, ...files], { stdio: "ignore" });
  return { certificate, key };
}
