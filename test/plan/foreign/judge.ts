/*
 * Asks a real API server what it does with changes that others made, and compares it with what the plan predicts:
 *   node test/plan/foreign/judge.ts GIT_DIRECTORY[:FOLDER] …
 * Starts the newest API server of the cluster tests (built when it is nowhere). Of the last fifty commits of each place it
 * takes a hundred changes of built-in objects, different ones first, as many of each place as there are, and writes the
 * answers to judged.json: names, never a manifest. Ends with 1 when the plan predicted another answer, or a reason that
 * the server's message does not hold.
 */
import { writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../../src/kubernetes/manifest.ts";
import { isClusterScoped } from "../../../src/plan/argocd/scope.ts";
import { isBuiltIn } from "../../../src/plan/compare/canonical.ts";
import { mapAt } from "../../../src/plan/json.ts";
import type { PlanObject } from "../../../src/plan/read/objects.ts";
import { call } from "../../cluster/api/request.ts";
import { startControlPlane } from "../../cluster/control-plane.ts";
import { startProcesses } from "../../cluster/processes/processes.ts";
import type { Pair } from "../pairs/pair.ts";
import { predictPair } from "../pairs/predicted.ts";
import { stable } from "../pairs/recording.ts";
import { applyObject, prerequisites, replay, type Request } from "../pairs/replay.ts";
import { changedObjects, commitsOf, nameOf, placeOf, sidesOf, type Place } from "./commits.ts";

const wanted = 100;
const commits = 50;
const newest = 37;
const namespace = "plan-pairs";

interface Sample {
  readonly repository: string;
  readonly commit: string;
  readonly path: string;
  readonly object: string;
  readonly pair: Pair;
}

// Of a Secret the plan keeps no data, and what a server is sent has to be whole; what has no name of its own is created
// at each sync, and never applied.
function isAsked(object: PlanObject): boolean {
  const { group, kind, name } = object;
  return isBuiltIn(group) && kind !== "Secret" && !name.endsWith("*") && isClusterScoped(object) === false;
}

function placed({ body }: PlanObject): JsonObject {
  return { ...body, metadata: { ...mapAt(body, "metadata"), namespace } };
}

function samplesOf(place: Place): readonly Sample[] {
  const repository = nameOf(place.directory).replace("+", "/");
  return commitsOf(place, commits).flatMap((commit) => {
    const { old, next } = changedObjects(sidesOf(place, commit));
    return [...next].flatMap(([key, head]): Sample[] => {
      const base = old.get(key);
      if (!base || !isAsked(head) || isDeepStrictEqual(base.body, head.body)) return [];
      const object = `${head.kind}/${head.name}`;
      const pair = { name: `${commit} ${object}`, base: placed(base), head: placed(head) };
      return [{ repository, commit, path: head.path, object, pair }];
    });
  });
}

// What changes, without where: of fifty new images one is as good as another.
function kindOfChange({ object, pair }: Sample): string {
  return `${object.split("/")[0]} ${predictPair(pair, newest).paths.join()}`;
}

/** Returns all samples in the order in which they are taken: place by place in turn, changes of a new kind first. */
function ordered(places: readonly Place[]): readonly Sample[] {
  const queues = places.map((place) => {
    const seen = new Map<string, number>();
    return samplesOf(place)
      .map((sample) => {
        const kind = kindOfChange(sample);
        const times = seen.get(kind) ?? 0;
        seen.set(kind, times + 1);
        return { sample, times };
      })
      .toSorted((a, b) => a.times - b.times)
      .map(({ sample }) => sample);
  });
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => queues.flatMap((queue) => queue[index] ?? [])).flat();
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const samples = ordered(process.argv.slice(2).map(placeOf));
const processes = await startProcesses();
try {
  const { connection, version } = await startControlPlane(processes);
  const request: Request = async (asked) => {
    const { status, body } = await call(connection, asked);
    const content: Json = JSON.parse(JSON.stringify(body));
    return { status, body: content };
  };
  for (const object of prerequisites) await applyObject(request, object);
  const judged: JsonObject[] = [];
  let wrong = 0;
  for (const { repository, commit, path, object, pair } of samples) {
    if (judged.length === wanted) break;
    const { answer, message = "" } = await replay(request, pair);
    // A version of an API that this server no longer serves cannot be asked about.
    if (message.includes("could not find the requested resource")) continue;
    const predicted = predictPair(pair, newest);
    const isRight =
      predicted.answer === answer && predicted.refusals.every((refusal) => message.includes(refusal.message));
    if (!isRight) {
      wrong += 1;
      print(`${repository} ${commit} ${path} ${object}: ${answer} ${message}, predicted ${predicted.answer}`);
    }
    const said = message === "" ? {} : { message: stable(message) };
    judged.push({ repository, commit, path, object, answer, predicted: predicted.answer, ...said });
  }
  const file = new URL("judged.json", import.meta.url);
  writeFileSync(file, `${JSON.stringify({ server: version, samples: judged }, undefined, 2)}\n`);
  print(`${version}: ${judged.length} of ${samples.length} changes asked, ${wrong} predicted otherwise`);
  if (wrong > 0 || judged.length < wanted) process.exitCode = 1;
} finally {
  await processes.stop();
}
