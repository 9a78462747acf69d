import { readFileSync } from "node:fs";
import type { Json } from "../../../src/kubernetes/manifest.ts";
import { mapAt, textAt } from "../../../src/plan/json.ts";
import type { Recorded } from "./replay.ts";

/** What a server of one minor version answered to every pair. */
export interface Recording {
  /** For example 37. */
  readonly minor: number;
  /** The server's own word on its version. */
  readonly server: string;
  readonly answers: ReadonlyMap<string, Recorded>;
}

const answers = ["refused", "unchanged", "template", "changed", "base-refused"] as const;

/** The file that the replay on real API servers writes. */
export const recordingFile: URL = new URL("recorded.json", import.meta.url);

/** Returns the committed recordings, one for each server. */
export function readRecordings(): readonly Recording[] {
  const content: Json = JSON.parse(readFileSync(recordingFile, "utf8"));
  return Object.entries(mapAt(content)).map(([version, recording]) => ({
    minor: Number(version.slice("1.".length)),
    server: textAt(recording, "server") ?? "",
    answers: new Map(
      Object.entries(mapAt(recording, "answers")).map(([name, text]) => [
        name,
        parse(typeof text === "string" ? text : ""),
      ]),
    ),
  }));
}

/** Returns the recordings as the committed file holds them: one line per pair, `answer` or `answer: message`. */
export function formatRecordings(recordings: readonly Recording[]): string {
  const content = recordings.map(({ minor, server, answers: all }) => [
    `1.${minor}`,
    {
      server,
      answers: Object.fromEntries(
        [...all].map(([name, { answer, message }]) => [
          name,
          message ? `${answer}: ${stable(message)}` : answer,
        ]),
      ),
    },
  ]);
  return `${JSON.stringify(Object.fromEntries(content), undefined, 2)}\n`;
}

/**
 * Returns a server's message without what is new at every run, which would make every recording another, and without the
 * whole templates that some repeat.
 */
export function stable(message: string): string {
  return message
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID")
    .replaceAll(/0x[0-9a-f]{6,}/g, "0x…")
    .replaceAll(/Invalid value: [\w.[\]]*\{[^\n]{300,}?: (?=field is immutable)/g, "Invalid value: …: ");
}

function parse(text: string): Recorded {
  const [word = "", ...rest] = text.split(": ");
  const answer = answers.find((one) => one === word);
  if (answer === undefined) throw new Error(`${text}: no answer`);
  return rest.length === 0 ? { answer } : { answer, message: rest.join(": ") };
}
