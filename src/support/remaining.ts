import { parse } from "yaml";
import { planAnnotations } from "../argocd/names.ts";
import { asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import type { Files } from "../output/layout.ts";
import type { SupportEnd } from "./dates.ts";

/** A version that runs somewhere, as far as support counts. */
export interface Running {
  readonly product: string;
  readonly version: string;
  readonly environment: string;
}

/** How long a version that runs is still supported. */
export interface Remaining {
  readonly product: string;
  readonly version: string;
  readonly environments: readonly string[];
  /** Whole days until support ends, negative after it; undefined where no date is published, or the version is unknown. */
  readonly days: number | undefined;
  /** Undefined where nothing is known of the version. */
  readonly end: SupportEnd | undefined;
}

const millisecondsOfDay = 86_400_000;

/** Images whose versions end, by what their reference contains, and how many parts of the version count. */
const servers = [
  { product: "PostgreSQL", image: /\blibrary\/postgres:(\d+)/g },
  { product: "Redis", image: /\blibrary\/redis:(\d+\.\d+)/g },
] as const;

/** Returns the versions whose support ends some day, read from the rendered files: what is written is what runs. */
export function runningVersions(files: Files): Running[] {
  const found = [...files].flatMap(([path, text]) => [...inTree(path, text), ...inArgoCd(path, text)]);
  return [...new Map(found.map((one) => [Object.values(one).join("\n"), one])).values()];
}

/** Returns what remains of the support of each version: unknown ones first, then by the day. */
export function remaining(
  running: readonly Running[],
  ends: readonly SupportEnd[],
  now: number,
): Remaining[] {
  return Object.values(Object.groupBy(running, ({ product, version }) => `${product} ${version}`))
    .flatMap((group = []) =>
      group.slice(0, 1).map(({ product, version }) => {
        const end = ends.find((one) => one.product === product && one.version === version);
        const last = end?.ends === undefined ? undefined : Date.parse(`${end.ends}T23:59:59Z`);
        const days = last === undefined ? undefined : Math.floor((last - now) / millisecondsOfDay);
        return { product, version, environments: group.map(({ environment }) => environment), days, end };
      }),
    )
    .toSorted((a, b) => order(a) - order(b));
}

function inTree(path: string, text: string): Running[] {
  const environment = /^rendered\/([^/]+)\//.exec(path)?.[1];
  if (environment === undefined) return [];
  return servers.flatMap(({ product, image }) =>
    [...text.matchAll(image)].map(([, version = ""]) => ({ product, version, environment })),
  );
}

function inArgoCd(path: string, text: string): Running[] {
  const [, folder, name = ""] = /^argocd\/[^/]+\/(applications|platform)\/([^/]+)\.yaml$/.exec(path) ?? [];
  if (folder === undefined) return [];
  const body: JsonObject = parse(text);
  if (folder === "applications") {
    const version = asObject(asObject(body["metadata"])["annotations"])[planAnnotations.kubernetes];
    return typeof version === "string" ? [{ product: "Kubernetes", version, environment: name }] : [];
  }
  const source = asObject(asObject(body["spec"])["source"]);
  const [product, version] = [textOf(source["chart"]), textOf(source["targetRevision"])];
  return [{ product, version: minorOf(version), environment: name.slice(0, -product.length - 1) }];
}

function order({ days, end }: Remaining): number {
  if (end === undefined) return Number.NEGATIVE_INFINITY;
  return days ?? Number.MAX_SAFE_INTEGER;
}

function minorOf(version: string): string {
  return version.replace(/^v/, "").split(".").slice(0, 2).join(".");
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
