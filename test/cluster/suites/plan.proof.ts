import { afterAll, expect, test } from "vitest";
import { pairs } from "../../plan/pairs/index.ts";
import { readRecordings } from "../../plan/pairs/recording.ts";
import { applyObject, prerequisites, replay, type Recorded, type Request } from "../../plan/pairs/replay.ts";
import type { Json } from "../../../src/kubernetes/manifest.ts";
import { call } from "../api/request.ts";
import { startControlPlane } from "../control-plane.ts";
import { startProcesses } from "../processes/processes.ts";
import { record } from "../record.ts";

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

test.for(["apiServer", "oldestApiServer"] as const)(
  "the recorded answers to the plan's pairs are still those of the %s",
  async (apiServer) => {
    const processes = await startProcesses();
    stops.push(processes.stop);
    const { connection, version } = await startControlPlane(processes, apiServer);
    const recording = readRecordings().find(({ server }) => server === version);
    const request: Request = async (asked) => {
      const { status, body } = await call(connection, asked);
      const content: Json = JSON.parse(JSON.stringify(body));
      return { status, body: content };
    };
    for (const object of prerequisites) await applyObject(request, object);
    const answers: [string, Recorded["answer"]][] = [];
    for (const pair of pairs) answers.push([pair.name, (await replay(request, pair)).answer]);
    const recorded = [...(recording?.answers ?? [])].map(([name, { answer }]) => [name, answer]);
    expect(answers).toEqual(recorded);
    await record({
      claim: "the plan's recorded verdicts are what the server does, refused, changed or unchanged",
      against: [`kube-apiserver ${version}`],
      count: `${pairs.length} pairs`,
      pods: "none",
    });
  },
);
