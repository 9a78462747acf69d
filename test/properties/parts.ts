import type { Json } from "../../src/kubernetes/manifest.ts";
import type { Draw } from "./draw.ts";

/** Plain values of one environment, as YAML holds them. */
export type PlainMap = { [key: string]: Json };

/** The bounds of the namespace's LimitRange (docs/guide.md, LimitRange): cpu in thousandths, memory in MiB. */
export const container = { cpu: [10, 4000], memory: [64, 8192] } as const;

/**
 * Requests and limits of one container; the memory limit is given in MiB where a budget decides it, the least temporary
 * storage in GiB where the pod's directories decide it.
 */
export function resources(draw: Draw, memoryLimit?: number, leastStorage = 1): PlainMap {
  const memory = memoryLimit ?? draw.int(container.memory[0], container.memory[1]);
  const cpu = draw.int(container.cpu[0], container.cpu[1]);
  const storage = draw.once(4) ? draw.int(leastStorage, leastStorage + 63) : undefined;
  return {
    requests: {
      cpu: `${draw.int(container.cpu[0], cpu)}m`,
      memory: `${draw.int(container.memory[0], memory)}Mi`,
      ...(storage === undefined ? {} : { "ephemeral-storage": `${draw.int(leastStorage, storage)}Gi` }),
    },
    limits: {
      cpu: `${cpu}m`,
      memory: `${memory}Mi`,
      ...(storage === undefined ? {} : { "ephemeral-storage": `${storage}Gi` }),
    },
  };
}

/** One range of addresses, sometimes with a part left out. */
export function block(draw: Draw): PlainMap {
  const [a, b] = [draw.int(1, 223), draw.int(0, 255)];
  const part = draw.once(3) ? { except: [`${a}.${b}.${draw.int(0, 255)}.0/24`] } : {};
  return { cidr: `${a}.${b}.0.0/16`, ...part };
}

/** A host name. */
export function host(draw: Draw): string {
  return `${draw.name()}.${draw.name()}.example`;
}

/** A cron expression of five fields. */
export function schedule(draw: Draw): string {
  return `${draw.int(0, 59)} ${draw.int(0, 23)} ${draw.pick(["*", "1", "15"])} * ${draw.pick(["*", "0", "1-5"])}`;
}

/** A content address. */
export function digest(draw: Draw): string {
  const hexadecimal = "0123456789abcdef".split("");
  return `sha256:${Array.from({ length: 64 }, () => draw.pick(hexadecimal)).join("")}`;
}

/** A size in MiB or GiB, of at least so many GiB; `kind` is how PostgreSQL, Redis or Kubernetes writes units. */
export function gibibytes(draw: Draw, [min, max]: readonly [number, number]): string {
  const amount = draw.int(min, max);
  return draw.once(4) ? `${amount * 1024}Mi` : `${amount}Gi`;
}
