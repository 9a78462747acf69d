import { Resolver } from "node:dns/promises";
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";

/** How an environment's hosts are asked for. */
export interface Asking {
  /** Address that the edge has; undefined where any is taken. */
  readonly address: string | undefined;
  /** Certificates of the authority that signs the edge's, in PEM; undefined for those that Node.js trusts. */
  readonly authority: string | undefined;
  /** DNS server as ADDRESS:PORT; undefined for the machine's own. */
  readonly dns: string | undefined;
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is served for a host, or what is wrong with it. */
export interface Probed {
  readonly host: string;
  readonly addresses: readonly string[];
  /** Sentences, each a finding. */
  readonly problems: readonly string[];
  /** Who signed the certificate, and its last day; undefined where none was served. */
  readonly certificate: string | undefined;
}

const day = 86_400_000;

/** cert-manager renews at two thirds of a certificate's life: 30 days before the end of 90. */
const fewestDays = 21;
const patience = 10_000;

/** Resolves a host as its users do, and asks each of its addresses for a certificate. */
export async function probe(host: string, asking: Asking): Promise<Probed> {
  const addresses = await resolve(host, asking.dns);
  if (addresses.length === 0)
    return { host, addresses, problems: ["has no DNS record"], certificate: undefined };
  const { address } = asking;
  const elsewhere = address === undefined ? [] : addresses.filter((one) => one !== address);
  const problems = elsewhere.map((one) => `points to ${one}, and the edge is ${address ?? ""}`);
  const served = await Promise.all(addresses.map((one) => handshake(host, one, asking)));
  return {
    host,
    addresses,
    problems: [...problems, ...served.flatMap((one) => one.problems)],
    certificate: served.find(({ certificate }) => certificate !== undefined)?.certificate,
  };
}

async function resolve(host: string, server: string | undefined): Promise<string[]> {
  const resolver = new Resolver({ timeout: patience, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  // A name without a record of one family is an error to Node.js.
  const [four, six] = await Promise.all([
    resolver.resolve4(host).catch(none),
    resolver.resolve6(host).catch(none),
  ]);
  return [...four, ...six];
}

function none(): string[] {
  return [];
}

function handshake(
  host: string,
  address: string,
  { authority, port, now }: Asking,
): Promise<Omit<Probed, "host" | "addresses">> {
  return new Promise((done) => {
    const socket: TLSSocket = connect(
      {
        host: address,
        port,
        servername: host,
        rejectUnauthorized: false,
        ...(authority === undefined ? {} : { ca: authority }),
      },
      () => {
        const certificate = socket.getPeerCertificate();
        const days = Math.floor((Date.parse(certificate.valid_to) - now) / day);
        // By Node.js' own check, host name included: it is switched off above only to say more than that it failed.
        const untrusted = socket.authorizationError;
        const problems = [
          ...(untrusted ? [`${address} serves a certificate that is not trusted: ${String(untrusted)}`] : []),
          ...(days < fewestDays
            ? [`${address}: the certificate ends in ${days} days and should have been renewed`]
            : []),
        ];
        socket.destroy();
        done({ problems, certificate: `${issuerOf(certificate)}, until ${certificate.valid_to}` });
      },
    );
    const fail = (reason: string): void => {
      socket.destroy();
      done({ problems: [`${address}:${port} does not answer: ${reason}`], certificate: undefined });
    };
    socket.setTimeout(patience, () => fail(`nothing for ${patience / 1000} s`));
    socket.on("error", (error) => fail(error.message));
  });
}

function issuerOf({ issuer }: PeerCertificate): string {
  return [issuer.O, issuer.CN].flat().filter(Boolean).join(" ") || "an unnamed authority";
}
