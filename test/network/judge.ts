import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx";
import { asArray, asObject } from "../../src/kubernetes/manifest.ts";
import type { Endpoint } from "../../src/network/endpoints.ts";
import type { Protocol } from "../../src/network/ports.ts";
import type { TreeObject } from "../../src/network/tree-object.ts";
import { provideProgram } from "../cluster/tools/build.ts";
import type { Program } from "../cluster/tools/catalogue.ts";

/** One attempt to connect. */
export interface Attempt {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Cyclonus: the simulator with which network plug-ins are judged (github.com/mattfenwick/cyclonus), unchanged. */
const cyclonus: Program = {
  name: "cyclonus",
  module: "github.com/mattfenwick/cyclonus",
  version: "0.5.6",
  package: "github.com/mattfenwick/cyclonus/cmd/cyclonus",
  tags: [],
  variables: {},
};

/** Returns the path of the judge; builds it once into the cache. */
export async function provideJudge(say: (line: string) => void): Promise<string> {
  return await provideProgram(cyclonus, say);
}

/** Asks the judge whether the policies among the objects let each attempt through; answers in the order of the attempts. */
export async function judge(
  program: string,
  objects: readonly TreeObject[],
  attempts: readonly Attempt[],
): Promise<readonly boolean[]> {
  const folder = await mkdtemp(join(tmpdir(), "judge-"));
  try {
    const items = objects.filter(({ kind }) => kind === "NetworkPolicy").map(policyFor);
    const list = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicyList", items };
    await writeFile(join(folder, "policies.json"), JSON.stringify(list));
    await writeFile(join(folder, "traffic.json"), JSON.stringify(attempts.map(traffic)));
    const { stdout } = await $({
      quiet: true,
      maxBuffer: 2 ** 30,
    })`${program} analyze --mode query-traffic --policy-path ${join(folder, "policies.json")} --traffic-path ${join(folder, "traffic.json")}`;
    const answers = [...stdout.matchAll(/IS ALLOWED\?\s*\|\s*(?<answer>TRUE|FALSE)/g)].map(
      ({ groups }) => groups?.["answer"] === "TRUE",
    );
    if (answers.length !== attempts.length)
      throw new Error(
        `${attempts.length} attempts, but ${answers.length} answers:\n${stdout.slice(0, 2000)}`,
      );
    return answers;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The judge reads what an API server gives: with its namespace and policyTypes. */
function policyFor({ name, namespace, body }: TreeObject): object {
  const spec = asObject(body["spec"]);
  const policyTypes =
    spec["policyTypes"] ?? (asArray(spec["egress"]).length > 0 ? ["Ingress", "Egress"] : ["Ingress"]);
  return { metadata: { name, namespace: namespace ?? "default" }, spec: { ...spec, policyTypes } };
}

function traffic({ from, to, protocol, port }: Attempt): object {
  return {
    Source: peer(from),
    Destination: peer(to),
    ResolvedPort: port,
    ResolvedPortName: portName(to, protocol, port),
    Protocol: protocol,
  };
}

/** Pods get an address that no block has (RFC 6666, discard prefix): which they have is not known before they run. */
function peer(end: Endpoint): object {
  if (end.kind === "addresses") return { Internal: null, IP: addressText(end.sample) };
  const { labels, namespaceLabels, namespace } = end;
  return {
    Internal: { PodLabels: labels, NamespaceLabels: namespaceLabels, Namespace: namespace },
    IP: "100::1",
  };
}

function portName(to: Endpoint, protocol: Protocol, port: number): string {
  if (to.kind === "addresses") return "";
  const named = [...to.portNames].find(([, ranges]) =>
    ranges.some((range) => range.protocol === protocol && range.first === port),
  );
  return named?.[0] ?? "";
}

function addressText(address: bigint): string {
  if (address >> 32n === 0xffffn)
    return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
  return Array.from({ length: 8 }, (_unused, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  ).join(":");
}
