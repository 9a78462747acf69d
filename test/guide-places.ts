import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { Json, JsonObject } from "../src/kubernetes/manifest.ts";
import { find, steps } from "./guide-path.ts";
import type { GuideRow } from "./guide-rows.ts";

/** What the rows of docs/guide.md are compared with. */
export interface Places {
  /** Production's objects by kind and name (`Deployment apg-cash-management`). */
  readonly objects: ReadonlyMap<string, Json>;
  /** Folder that paths of files are relative to. */
  readonly root: string;
}

type Named = JsonObject & { readonly kind: string; readonly metadata: { readonly name: string } };

/** Returns the objects of rendered/production below the root, and the root. */
export function readPlaces(root: string): Places {
  const objects = globSync("rendered/production/*/*.yaml", { cwd: root })
    .filter((file) => !file.endsWith("/kustomization.yaml"))
    .map((file): [string, Json] => {
      const object: Named = parse(readFileSync(join(root, file), "utf8"));
      return [`${object.kind} ${object.metadata.name}`, object];
    });
  return { objects: new Map(objects), root };
}

/**
 * Returns what is wrong with a row, or undefined: a kept or moved value must be at its place exactly as in the guide,
 * a changed one must be there and differ, and a dropped one must not be where the guide has it.
 */
export function misplaced(row: GuideRow, places: Places): string | undefined {
  const problem = judge(row, places);
  return problem && `docs/guide.md:${row.line}: ${row.owner}, ${row.path} (${row.fate}): ${problem}`;
}

function judge(row: GuideRow, places: Places): string | undefined {
  if (row.fate === "moved" && row.now === undefined) return "does not say where to";
  const here = `${row.owner}: ${row.path}`;
  const place = row.now?.startsWith(".") ? `${row.owner}: ${row.now.slice(1)}` : (row.now ?? here);
  const found = look(place, places);
  if (row.fate === "dropped" && row.now === undefined) {
    return isDeepStrictEqual(found?.value, row.value) ? "is still there" : undefined;
  }
  if (!found) return `there is no ${place}`;
  if (!("value" in found)) return undefined;
  if (found.value === undefined) return `there is no ${place}`;
  const same = isDeepStrictEqual(found.value, row.value);
  if (row.fate === "changed") return same ? "has the guide's value" : undefined;
  const shown = `${JSON.stringify(found.value)}, in the guide ${JSON.stringify(row.value)}`;
  return same || row.fate === "dropped" ? undefined : `is ${shown}`;
}

interface Found {
  /** What is at the path; no such field where the place is a whole object, file, folder or command. */
  readonly value?: Json | undefined;
}

/** Looks up `Kind name`, a file, a folder or `npm run name`; with `: path` behind it, a value in there. */
function look(place: string, { objects, root }: Places): Found | undefined {
  const [subject = "", path] = place.split(/: (?<path>.*)$/s);
  const command = /^npm run (?<name>\S+)$/.exec(subject)?.groups?.["name"];
  if (command !== undefined) {
    return find(readYaml(join(root, "package.json")), ["scripts", command]) === undefined ? undefined : {};
  }
  const object = findObject(subject, objects);
  if (object === undefined && (subject.includes(" ") || !existsSync(join(root, subject)))) return undefined;
  if (path === undefined) return {};
  return { value: find(object ?? readYaml(join(root, subject)), steps(path)) };
}

/** A name may end with `*`, for what carries a release in its name; it must then be one object. */
function findObject(subject: string, objects: Places["objects"]): Json | undefined {
  if (!subject.endsWith("*")) return objects.get(subject);
  const [only, ...others] = [...objects].filter(([name]) => name.startsWith(subject.slice(0, -1)));
  return others.length === 0 ? only?.[1] : undefined;
}

function readYaml(file: string): Json {
  const value: Json = parse(readFileSync(file, "utf8"));
  return value;
}
