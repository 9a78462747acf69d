import type { Plan } from "./model.ts";

// Characters that a terminal or an editor would act on are written as escapes: the JSON stays the same value.
const invisible = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g;

/** Returns the plan as JSON, two spaces deep, with a line end. */
export function toJson(plan: Plan): string {
  const text = JSON.stringify(plan, undefined, 2);
  return `${text.replace(invisible, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
