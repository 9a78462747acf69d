import type { Json } from "../kubernetes/manifest.ts";

/** Returns the value where it is text, else nothing. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
