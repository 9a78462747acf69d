import { assert, constantFrom, property, record, string, type Arbitrary } from "fast-check";
import { expect, test } from "vitest";
import { parseFile } from "../values/parse-file.ts";
import { releaseSchema, type Release } from "../values/release.ts";
import { editRelease } from "./edit-release.ts";

const [a, b] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
const text = `# What runs here.
version: 1.0.0   # the first
# The digest is a placeholder.
digest: ${a}
migration: reversible

# Nobody knows why.
hold:
  reason: "payments were lost"   # see the report
  owner: ops
  end: "2026-12-31"

# And a last word.
`;
const hold = { digests: [a ?? ""], reason: 'she said: "no"', owner: "@datacraft/on-call", end: "2026-12-24" };

test("values change in place, and every comment and space stays", () => {
  expect(editRelease("file", text, { version: "1.10.0", digest: b })).toBe(
    text.replace("1.0.0 ", "1.10.0 ").replace(String(a), String(b)),
  );
});

test("a map is taken out with its lines, and nothing around it", () => {
  expect(editRelease("file", text, { hold: undefined })).toBe(text.replace(/hold:\n(?: .*\n)+/, ""));
});

test("a map is replaced where it stands, a new value comes last", () => {
  expect(editRelease("file", text, { hold, origin: "rollback" })).toBe(
    `${text.replace(
      /hold:\n(?: .*\n)+/,
      `hold:
  digests:
    - ${a}
  reason: "she said: \\"no\\""
  owner: "@datacraft/on-call"
  end: "2026-12-24"
`,
    )}origin: rollback\n`,
  );
});

test("what is not there need not be taken out", () => {
  expect(editRelease("file", text, { hotfix: undefined })).toBe(text);
});

test("a file of another form is refused", () => {
  expect(() => editRelease("file", "{ version: 1.0.0 }\n", { version: "1.1.0" })).toThrow(
    "is no map with a key",
  );
});

const words = string({ minLength: 10, maxLength: 40 }).filter((value) => !/[^ -~]/.test(value));
const digest = constantFrom(String(a), String(b));
const person = record({ reason: words, owner: constantFrom("ops", "@datacraft/on-call") });
const releases: Arbitrary<Release> = record(
  {
    version: constantFrom("1.0.0", "1.10.0", "2.0.0-rc.1"),
    digest,
    source: constantFrom("1".repeat(40), "0123456789abcdef".repeat(4)),
    migration: constantFrom("none" as const, "reversible" as const, "one-way" as const),
    origin: constantFrom("release" as const, "promotion" as const, "rollback" as const),
    hold: person.map((rest) => ({ ...rest, end: "2026-12-31" })),
    hotfix: person,
  },
  { requiredKeys: ["version", "digest", "migration"] },
).map((release): Release => JSON.parse(JSON.stringify(release)));

test("whatever is set is read back, and can be set back", () => {
  assert(
    property(releases, releases, (before, after) => {
      const absent = { source: undefined, origin: undefined, hold: undefined, hotfix: undefined };
      const first = editRelease("file", "version: 0.0.1\ndigest: x\nmigration: none\n", before);
      const second = editRelease("file", first, { ...absent, ...after });
      expect(parseFile(releaseSchema, "file", Buffer.from(second)).value).toStrictEqual(after);
    }),
  );
});
