import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatProblem } from "../errors.ts";
import { decodeText, forbiddenCharacter } from "./text-source.ts";

const messages = (bytes: Uint8Array | string): readonly string[] =>
  decodeText("f", typeof bytes === "string" ? Buffer.from(bytes) : bytes).problems.map(formatProblem);

test("plain text with tabs, line feeds and letters of any language is accepted as it is", () => {
  const text = "a:\tÄ ß 漢字 🙂\n";
  expect(decodeText("f", Buffer.from(text))).toStrictEqual({ text, problems: [] });
});

test("Windows line endings and a byte order mark are problems, and the text is read all the same", () => {
  const { text, problems } = decodeText("f", Buffer.from("\u{FEFF}a: 1\nb: 2\r\nc: 3\r\n"));
  expect(text).toBe("a: 1\nb: 2\nc: 3\n");
  expect(problems.map(formatProblem)).toStrictEqual([
    "f:1:1: starts with a byte order mark; save it as UTF-8 without one",
    "f:2:5: has Windows line endings (CR LF); save it with Unix line endings (LF)",
  ]);
});

test("a control character, an old Macintosh line ending and an invisible character end the reading", () => {
  expect(messages("a: 1\nb: \0")).toStrictEqual(["f:2:4: holds the control character U+0000; remove it"]);
  expect(messages("a: 1\rb: 2")).toStrictEqual(["f:1:5: holds the control character U+000D; remove it"]);
  expect(messages("a: x\u{202E}y\u{200B}")).toStrictEqual([
    "f:1:5: holds the invisible character U+202E; remove it",
  ]);
  expect(messages("a:\u{A0}1")).toStrictEqual(["f:1:3: holds the invisible character U+00A0; remove it"]);
});

test("the first byte that is not UTF-8 is found", () => {
  expect(messages(Buffer.concat([Buffer.from("a: 1\nä: "), Buffer.from([0xe4, 0x0a])]))).toStrictEqual([
    "f:2:4: is not valid UTF-8 from here on; save it as UTF-8",
  ]);
  expect(messages(Buffer.from([0x61, 0xf0, 0x9f, 0x99]))).toStrictEqual([
    "f:1:2: is not valid UTF-8 from here on; save it as UTF-8",
  ]);
  expect(messages(Buffer.from("\u{FEFF}a: 1", "utf16le"))).toStrictEqual([
    "f:1:1: is UTF-16; save it as UTF-8",
  ]);
});

test("a file that nobody wrote by hand is refused before it is read", () => {
  expect(messages(Buffer.alloc(600_000, "a"))).toStrictEqual([
    "f: has 600000 bytes; expected at most 524288",
  ]);
});

test("random bytes are text or a problem, never an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const { text, problems } = decodeText("f", bytes);
      expect(text === undefined ? problems.length : problems.length + 1).toBeGreaterThan(0);
      expect(problems.length > 0 || Buffer.from(text ?? "").equals(bytes)).toBe(true);
    }),
    { seed: 20260105, numRuns: 1000 },
  );
});

test("characters that were written as escapes are found in the value", () => {
  expect(forbiddenCharacter("a\nb\tc")).toBeUndefined();
  expect(forbiddenCharacter("a\u{7}")).toBe("U+0007");
  expect(forbiddenCharacter("\u{FEFF}")).toBe("U+FEFF");
  expect(forbiddenCharacter("a\uD800b")).toBe("half of a surrogate pair");
});
