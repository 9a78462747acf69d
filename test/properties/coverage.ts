import { asObject, type Json } from "../../src/kubernetes/manifest.ts";
import {
  alternatives,
  itemsOf,
  propertiesOf,
  type SchemaFacts,
  schemaFacts,
} from "../../src/values/schema-facts.ts";
import { valuesSchema } from "../../src/values/schema.ts";

/** Keys of the values that a generator reached, with the scalars that stood there. */
export type Reached = Map<string, Set<string>>;

/** What no valid environment can reach, and why. */
const unreachable: readonly (readonly [RegExp, string])[] = [
  [/^exceptions/, "an exception that matches no finding is a finding, and a valid environment has none"],
  [
    /^rollout/,
    "names folders of base/rollout/, of which there are as many as changes are under way: often none",
  ],
  [/^quota\./, "a ceiling is typed by hand, for any resource"],
];

/** Notes every key and scalar of a random environment; items of lists and free maps share a path. */
export function note(reached: Reached, value: Json, path = ""): void {
  const seen = reached.get(path) ?? new Set<string>();
  reached.set(path, seen);
  if (Array.isArray(value)) {
    for (const item of value) note(reached, item, `${path}[]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(asObject(value)))
      note(reached, child, path === "" ? key : `${path}.${key}`);
  } else seen.add(JSON.stringify(value));
}

/** Returns every key and bound that the schema names and nothing reached: whole numbers, booleans and choices. */
export function missed(reached: Reached): readonly string[] {
  const facts = schemaFacts(valuesSchema);
  return wanted(facts, facts, "")
    .filter(([path, value]) => !unreachable.some(([pattern]) => pattern.test(`${path} = ${value ?? ""}`)))
    .filter(([path, value]) => !(value === undefined ? reached.has(path) : reached.get(path)?.has(value)))
    .map(([path, value]) => (value === undefined ? path : `${path} = ${value}`));
}

type Wanted = readonly [path: string, value: string | undefined];

function wanted(root: SchemaFacts, facts: SchemaFacts, path: string): Wanted[] {
  return alternatives(root, facts).flatMap((one): Wanted[] => {
    const item = itemsOf(one);
    const own = scalars(one).map((value): Wanted => [path, value]);
    return [
      [path, undefined],
      ...own,
      ...[...propertiesOf(one)].flatMap(([key, child]) =>
        wanted(root, child, path === "" ? key : `${path}.${key}`),
      ),
      ...(item ? wanted(root, item, `${path}[]`) : []),
    ];
  });
}

function scalars({ type, minimum, maximum, enum: several, const: one }: SchemaFacts): readonly string[] {
  if (Array.isArray(several)) return several.map((value) => JSON.stringify(value));
  if (one !== undefined) return [JSON.stringify(one)];
  if (type === "boolean") return ["true", "false"];
  // A whole number without a bound of its own has JavaScript's, which nobody writes.
  const bounds = type === "integer" ? [minimum, maximum] : [];
  return bounds
    .filter((bound) => typeof bound === "number" && Math.abs(bound) < Number.MAX_SAFE_INTEGER)
    .map((bound) => JSON.stringify(bound));
}
