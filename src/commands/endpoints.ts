import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { recordOf, servedHosts } from "../endpoints/hosts.ts";
import { probe } from "../endpoints/probe.ts";
import { UsageError } from "../errors.ts";
import { render } from "../render.ts";
import { type Call, type Command, textOption } from "./command.ts";

const text = { type: "string" } as const;

/** Says which DNS records an environment needs, and asks whether its hosts resolve and serve a good certificate. */
export const endpoints: Command = {
  usage: `usage: npm run endpoints -- --environment NAME [--address IP] [--records] [--authority FILE]
                            [--dns IP:PORT] [--port NUMBER]

Asks for each host of the environment's Ingresses whether it resolves (to the edge's address, where that is given) and
serves a certificate that is trusted, made for it, and not about to end. Ends with 1 when one does not.

  --address    the edge's address: kubectl -n traefik get service traefik
  --records    only print the DNS records for that address, and ask nobody
  --authority  file with the certificate of the customer's own authority
  --dns        DNS server instead of this machine's
  --port       default: 443`,
  options: {
    environment: text,
    address: text,
    records: { type: "boolean" },
    authority: text,
    dns: text,
    port: text,
  },
  async run(call) {
    const environment = textOption(call, "environment");
    if (environment === undefined) throw new UsageError("--environment is needed: each has its own hosts");
    const address = textOption(call, "address");
    if (address !== undefined && isIP(address) === 0)
      throw new UsageError(`--address ${address}: expected an IP address`);
    const { environments } = await render(call.root, environment);
    const hosts = environments.flatMap(({ manifests }) => servedHosts(manifests));
    if (call.options["records"] === true) {
      if (address === undefined) throw new UsageError("--records needs --address");
      call.output.print(hosts.map((host) => recordOf(host, address)).join("\n"));
      return 0;
    }
    const asking = {
      address,
      authority: await authorityOf(call),
      dns: textOption(call, "dns"),
      port: portOf(call),
      now: call.now(),
    };
    const probed = await Promise.all(hosts.map((host) => probe(host, asking)));
    for (const { host, addresses, certificate, problems } of probed) {
      const found =
        problems.length > 0
          ? problems
          : [`${addresses.join(", ")}; certificate of ${certificate ?? "(none)"}`];
      call.output.print(found.map((line) => `${host}: ${line}`).join("\n"));
    }
    return probed.some(({ problems }) => problems.length > 0) ? 1 : 0;
  },
};

async function authorityOf(call: Call): Promise<string | undefined> {
  const file = textOption(call, "authority");
  if (file === undefined) return undefined;
  return await readFile(resolve(call.root, file), "utf8").catch((cause: unknown) => {
    throw new UsageError(`--authority ${file}: cannot be read`, { cause });
  });
}

function portOf(call: Call): number {
  const port = Number(textOption(call, "port") ?? "443");
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError("--port: expected a number up to 65535");
  return port;
}
