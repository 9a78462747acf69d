import { stringify } from "yaml";
import { type Draw, drawn } from "./draw.ts";
import type { PlainMap } from "./parts.ts";
import { randomEnvironment } from "./values.ts";
import type { Json } from "../../src/kubernetes/manifest.ts";

/** The text of a file of values with one mistake in it. */
export interface Mistake {
  readonly kind: string;
  readonly text: string;
}

type Place = readonly [holder: PlainMap, key: string];

const kinds = [
  "unknown key",
  "wrong type",
  "number out of range",
  "empty text",
  "null",
  "broken YAML",
  "repeated key",
  "no map",
  "quota that is too small",
  "tag",
] as const;

/** Returns a random environment whose values hold one mistake: the same seed returns the same. */
export function mistaken(seed: number): Mistake {
  const { values } = randomEnvironment(seed);
  return drawn(seed + 1, (draw) => {
    const kind = draw.pick(kinds);
    return { kind, text: withMistake(draw, structuredClone(values), kind) };
  });
}

function withMistake(draw: Draw, values: PlainMap, kind: (typeof kinds)[number]): string {
  const write = (): string => stringify(values, { version: "1.1" });
  const all = leaves(values);
  const [holder, key] = draw.pick(all);
  const old = holder[key] ?? null;
  switch (kind) {
    case "unknown key":
      draw.pick(strict(values))[`x${draw.name()}`] = draw.pick([1, "text", true, { a: 1 }]);
      return write();
    case "wrong type":
      holder[key] = typeof old === "object" ? draw.pick(["text", 7]) : draw.pick([{ a: 1 }, [1, 2]]);
      return write();
    case "number out of range": {
      const [numbers, name] = draw.pick(all.filter(([map, at]) => typeof map[at] === "number"));
      numbers[name] = draw.pick([-1, 10_000_001_000, 1.5e300, 0.123]);
      // A share has no whole numbers beside it, and 0.123 is one.
      if (/objectives|CONFIDENCE|THRESHOLD|availability|latency/.test(name)) numbers[name] = -1;
      return write();
    }
    case "empty text": {
      const [texts, name] = draw.pick(
        all.filter(([map, at]) => typeof map[at] === "string" && at !== "value"),
      );
      texts[name] = "";
      return write();
    }
    case "null":
      holder[key] = null;
      return write();
    case "broken YAML":
      return `${write()}${draw.pick(["app: {", "\tapp: 1", "app: 'x", "? [", "- 1", "a: b: c"])}\n`;
    case "repeated key":
      return `${write()}service: { port: 1, metricsPort: 2 }\n`;
    case "no map":
      return draw.pick(["- 1\n", "text\n", "7\n", '""\n']);
    case "quota that is too small":
      values["quota"] = { pods: "0" };
      return write();
    case "tag":
      return write().replace(/^environment: .*$/m, `environment: !${draw.name()} ${draw.name()}`);
  }
}

/** Places whose value is no map; free maps are left alone, where anything is a label. */
function leaves(map: PlainMap): Place[] {
  return Object.entries(map).flatMap(([key, value]): Place[] => {
    if (free.has(key)) return [];
    return isMap(value) ? leaves(value) : [[map, key]];
  });
}

/** Maps that accept no further key. */
function strict(map: PlainMap): PlainMap[] {
  return [
    map,
    ...Object.entries(map).flatMap(([key, value]) => (isMap(value) && !free.has(key) ? strict(value) : [])),
  ];
}

const free = new Set(["labels", "nodeSelector", "quota"]);

function isMap(value: Json): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
