import type { SchemaFacts } from "./schema-facts.ts";

/** Returns the range of a number in words, `1 to 50` or `above 0 and at most 1`; empty text when there is none. */
export function numberRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaFacts): string {
  const above = realLimit(exclusiveMinimum);
  const below = realLimit(exclusiveMaximum);
  if (above === undefined && below === undefined) return span(minimum, maximum);
  const low = above === undefined ? span(minimum, undefined) : `above ${above}`;
  const high = below === undefined ? span(undefined, maximum) : `below ${below}`;
  return [low, high].filter(Boolean).join(" and ");
}

/** Returns a range in words, both ends included; empty text when it has no end. */
export function span(least: unknown, most: unknown): string {
  const low = realLimit(least);
  const high = realLimit(most);
  if (low !== undefined && high !== undefined) return low === high ? `exactly ${low}` : `${low} to ${high}`;
  if (low !== undefined) return `at least ${low}`;
  return high === undefined ? "" : `at most ${high}`;
}

/** Whole numbers carry the largest exact integers as bounds: to a reader those are none. */
function realLimit(limit: unknown): number | undefined {
  return typeof limit === "number" && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined;
}
