import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { readFiles } from "../../src/output/disk.ts";
import { parseOwners } from "../../src/promotion/owners.ts";
import { render } from "../../src/render.ts";
import { repository, withCopy } from "../repository.ts";

const ownersOf = parseOwners(readFileSync(join(repository, ".github/CODEOWNERS"), "utf8"));
const inputs = [...(await readFiles(repository, ["base", "environments"])).keys()];

/** Edits of one file, of which the first that the pipeline accepts and that changes something is looked at. */
function edits(path: string, text: string): string[] {
  if (path.endsWith(".json")) return [text.replace('"title": "', '"title": "X')];
  if (!path.endsWith(".yaml"))
    return [`${text}-- edited\n`, `${text}# edited\n`, text.replace(/\n$/, " \n")].toSorted((a) =>
      path.endsWith(".sql") === a.endsWith("-- edited\n") ? -1 : 1,
    );
  // Each number is raised, each day moved, each switch turned, one at a time.
  return [...text.matchAll(/\b(\d+)\b|\btrue\b|\bfalse\b/g)].map(({ 0: found, 1: number, index }) => {
    const other = number === undefined ? (found === "true" ? "false" : "true") : String(Number(number) + 1);
    return `${text.slice(0, index)}${other}${text.slice(index + found.length)}`;
  });
}

/** Environments whose rendered trees or Applications differ, by an edit of a file. */
async function effectOf(
  folder: string,
  path: string,
  before: ReadonlyMap<string, string>,
): Promise<Set<string>> {
  const text = await readFile(join(folder, path), "utf8");
  try {
    for (const edited of edits(path, text)) {
      await writeFile(join(folder, path), edited);
      const after = await render(folder).catch((error: unknown) => {
        if (error instanceof InputError) return undefined;
        throw error;
      });
      if (!after) continue;
      const changed = [...new Set([...before.keys(), ...after.files.keys()])].filter(
        (name) => before.get(name) !== after.files.get(name),
      );
      if (changed.length > 0)
        return new Set(
          changed.map(
            (name) =>
              /^(?:rendered\/|argocd\/.*?\/(?:projects|applications|platform|deployer)\/)(\w+)/.exec(
                name,
              )?.[1] ?? "all",
          ),
        );
    }
    return new Set();
  } finally {
    await writeFile(join(folder, path), text);
  }
}

test("each input whose edit changes production has an owner who answers for production", async () => {
  await withCopy(async (folder) => {
    const before = (await render(folder)).files;
    const effects = new Map<string, Set<string>>();
    for (const path of inputs) effects.set(path, await effectOf(folder, path, before));
    // An edit that changes nothing would prove nothing: the order of environments alone is read by the gates only.
    const idle = [...effects].filter(([, changed]) => changed.size === 0).map(([path]) => path);
    expect(idle).toEqual(["environments/promotion.yaml"]);
    const reachesProduction = [...effects].filter(
      ([, changed]) => changed.has("production") || changed.has("all"),
    );
    expect(reachesProduction.length).toBeGreaterThan(20);
    const unowned = reachesProduction
      .map(([path]) => path)
      .filter(
        (path) =>
          !ownersOf(path).some((owner) => owner === "@datacraft/on-call" || owner === "@datacraft/security"),
      );
    expect(unowned).toEqual([]);
    const ofOthers = [...effects].filter(([path]) =>
      /^environments\/(development|staging|onprem)\//.test(path),
    );
    expect(ofOthers.filter(([, changed]) => changed.has("production"))).toEqual([]);
  });
});
