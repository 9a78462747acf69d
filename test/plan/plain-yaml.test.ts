import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { parseDocuments, parseGeneralYaml, type Parsed } from "../../src/plan/read/documents.ts";
import { limits } from "../../src/plan/read/limits.ts";
import { parsePlainYaml } from "../../src/plan/read/plain-yaml.ts";

const seed = 20261123;
const root = join(import.meta.dirname, "../..");
const files = ["rendered", "argocd"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(root, folder, name),
    ),
  )
  .filter((path) => path.endsWith(".yaml"));
const texts = files.map((path) => readFileSync(path, "utf8"));

const values = ({ documents }: Parsed): readonly unknown[] => (documents ?? []).map(({ value }) => value);
const general = (text: string): Parsed => parseGeneralYaml(text, limits);

describe("the reader of the plain form", () => {
  test("reads nearly every rendered file, each as the general one does", () => {
    const read = texts.filter((text) => parsePlainYaml(text, limits.depth) !== undefined);
    // A hash that happens to look like a number (12e4…) is left to the general reader.
    expect(read.length).toBeGreaterThan(0.98 * texts.length);
    const differing = read.filter(
      (text) => !isDeepStrictEqual([parsePlainYaml(text, limits.depth)?.value], values(general(text))),
    );
    expect(differing).toEqual([]);
  });

  test("names the same lines", () => {
    for (const [index, text] of texts.entries()) {
      if (index % 10 > 0) continue;
      const plain = parsePlainYaml(text, limits.depth);
      if (!plain) continue;
      const [document] = general(text).documents ?? [];
      const paths = pathsIn(document?.value, []).filter((_, at) => at % 7 === 0);
      for (const path of paths) expect([path, plain.lineOf(path)]).toEqual([path, document?.lineOf(path)]);
    }
  });

  test("reads random values as the general one does, or leaves them to it", () => {
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "yes",
        "0755",
        "1e3",
        "12:30:45",
        "a: b",
        "a #b",
        "- a",
        "|",
        "~",
        "0x1f",
        "1_000",
        "a\nb\n",
        " a",
        "a ",
        "2026-11-23",
        "*a",
        "&a",
        "!!str x",
        "null",
        ".inf",
        "-1",
        "0b1",
        "1.5",
        "<<",
        "a\tb",
        "? a",
        "\u2028",
      ),
      fc.stringMatching(/^[\w .:#-]{0,12}$/),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        word,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.double({ noNaN: true }),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(word, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.boolean(), (value, indentSeq) => {
        const text = stringify(value, {
          version: "1.1",
          lineWidth: 0,
          indentSeq,
          aliasDuplicateObjects: false,
        });
        const plain = parsePlainYaml(text, limits.depth);
        expect(plain === undefined || isDeepStrictEqual([plain.value], values(general(text)))).toBe(true);
      }),
      { seed, numRuns: 2000 },
    );
  });

  test("reads a file with any edit as the general one does, or leaves it to it", () => {
    const small = texts.filter((text) => text.length < 6000);
    const piece = fc.constantFrom(
      "\n",
      " ",
      "  ",
      "- ",
      ": ",
      ":",
      "#",
      " #x",
      "|",
      ">",
      "'",
      '"',
      "{",
      "[",
      "&a",
      "*a",
      "\t",
      "---\n",
      "a",
      "0",
      "yes",
      "\u0000",
      "!!int ",
      "%",
      "é",
      "\\",
      "? ",
      "-",
    );
    let plainly = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...small),
        fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { minLength: 1, maxLength: 3 }),
        (text, edits) => {
          const edited = edits.reduce((now, [at, gone, put]) => {
            const index = at % (now.length + 1);
            return now.slice(0, index) + put + now.slice(index + gone);
          }, text);
          const plain = parsePlainYaml(edited, limits.depth);
          if (plain) plainly += 1;
          expect(plain === undefined || isDeepStrictEqual([plain.value], values(general(edited)))).toBe(true);
        },
      ),
      { seed, numRuns: 1500 },
    );
    expect(plainly).toBeGreaterThan(300);
  });

  test.each([
    "a: 1\n---\nb: 2\n",
    "a: {b: 1}\n",
    "a: &x 1\nb: *x\n",
    "# c\na: 1\n",
    "a: >\n  b\n",
    "a: 1",
    "a: b\n  c\n",
    "a: 1\na: 2\n",
  ])("leaves %j to the general one", (text) => {
    expect(parsePlainYaml(text, limits.depth)).toBeUndefined();
    expect(values(parseDocuments("x.yaml", Buffer.from(text), limits))).toEqual(values(general(text)));
  });
});

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) =>
      pathsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}
