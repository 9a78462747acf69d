import { printable } from "../text.ts";

/** Returns the text for HTML, as content or in a quoted attribute: nothing in it can end either, hide or reorder. */
export function html(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
