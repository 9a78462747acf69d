import { Document, type ScalarTag, type Tags } from "yaml";

// The only unquoted forms of what is not text: each reader of YAML 1.1 and 1.2 agrees on them.
const plainNumber = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d+)$/;
const plainWord = /^(?:true|false|null)?$/;

const names: Readonly<Record<string, string>> = {
  "tag:yaml.org,2002:bool": "a truth value",
  "tag:yaml.org,2002:int": "a number",
  "tag:yaml.org,2002:float": "a number",
  "tag:yaml.org,2002:timestamp": "a date",
  "tag:yaml.org,2002:null": "nothing",
  "tag:yaml.org,2002:merge": "a merge key",
};

const readers = (["1.1", "1.2"] as const).map((version) => ({
  version,
  tags: new Document(null, { version }).schema?.tags ?? [],
}));

/**
 * Returns what is wrong with an unquoted scalar that only some readers take for text, or that not all take for the same
 * number: `yes`, `0755`, `1e3`, `12:30`, `2026-01-01` (YAML 1.1, types bool, int, float, timestamp). Undefined for
 * scalars that are the same to all.
 */
export function ambiguity(written: string): string | undefined {
  if (plainWord.test(written)) return undefined;
  if (plainNumber.test(written)) {
    if (written.includes(".") || Number.isSafeInteger(Number(written))) return undefined;
    return `${written} is too large for an exact number; if it is text, write "${written}"`;
  }
  for (const { version, tags } of readers) {
    const tag = tags.find((candidate) => takes(candidate, written));
    if (tag) {
      const kind = names[tag.tag] ?? tag.tag;
      return `${written} is ${kind} to YAML ${version} readers; ${advice(tag.tag, written)}`;
    }
  }
  return undefined;
}

function takes(tag: Tags[number], written: string): boolean {
  return isScalarTag(tag) && tag.default === true && tag.test?.test(written) === true;
}

function isScalarTag(tag: Tags[number]): tag is ScalarTag {
  return typeof tag === "object" && "resolve" in tag && !("collection" in tag && tag.collection);
}

function advice(tag: string, written: string): string {
  if (tag.endsWith(":bool")) {
    const value = /^(?:y|yes|true|on)$/i.test(written);
    return `write ${value} for a truth value, "${written}" for text`;
  }
  if (tag.endsWith(":int") || tag.endsWith(":float"))
    return `write a plain decimal number, or "${written}" for text`;
  if (tag.endsWith(":null")) return `leave the key out, or write "${written}" for text`;
  return `write "${written}" for text`;
}
