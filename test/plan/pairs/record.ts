import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request as send } from "node:https";
import { text } from "node:stream/consumers";
import type { Json } from "../../../src/kubernetes/manifest.ts";
import { textAt } from "../../../src/plan/json.ts";
import { pairs } from "./index.ts";
import { formatRecordings, readRecordings, recordingFile } from "./recording.ts";
import { applyObject, prerequisites, replay, type Recorded, type Request } from "./replay.ts";

/*
 * Asks a real API server every pair and writes its answers into the recordings:
 *   node test/plan/pairs/record.ts https://127.0.0.1:6443 CERTIFICATE_FILE TOKEN_FILE
 * The server needs no controllers, and should be a new one: the pairs make objects of the whole cluster, too.
 */
const [server = "", certificate = "", token = ""] = process.argv.slice(2);
if (token === "") throw new Error("usage: node test/plan/pairs/record.ts SERVER CERTIFICATE_FILE TOKEN_FILE");
const agent = new Agent({ ca: readFileSync(certificate), keepAlive: true });
const authorization = `Bearer ${readFileSync(token, "utf8").trim()}`;

const request: Request = async ({ method, path, body, contentType = "application/json" }) => {
  const data = body === undefined ? "" : JSON.stringify(body);
  const headers = { authorization, "content-type": contentType, "content-length": Buffer.byteLength(data) };
  const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const call = send(new URL(path, server), { method, agent, headers }, (response) => {
      text(response).then(
        (content) => resolve({ status: response.statusCode ?? 0, answer: content }),
        reject,
      );
    });
    call.on("error", reject);
    call.end(data);
  });
  const content: Json = answer === "" ? null : JSON.parse(answer);
  return { status, body: content };
};

const { body: version } = await request({ method: "GET", path: "/version" });
const minor = Number.parseInt(textAt(version, "minor") ?? "", 10);
for (const object of prerequisites) await applyObject(request, object);
const answers = new Map<string, Recorded>();
for (const pair of pairs) answers.set(pair.name, await replay(request, pair));
const own = { minor, server: textAt(version, "gitVersion") ?? "", answers };
const others = readRecordings().filter((recording) => recording.minor !== minor);
writeFileSync(recordingFile, formatRecordings([...others, own].toSorted((a, b) => a.minor - b.minor)));
agent.destroy();
