import { show, type Json } from "../json.ts";

// Unicode's categories of control (Cc), format (Cf: bidirectional marks, zero width), surrogates, line separators, and
// the characters that are drawn as nothing: they reorder, hide or forge text.
const hidden = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u2800/gu;

/** Returns one line of text in which every character is visible: what reorders, hides or ends lines is spelled out. */
export function printable(text: string): string {
  return text.toWellFormed().replace(hidden, (char) => {
    if (char === "\n") return "⏎";
    if (char === "\t") return " ";
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Returns the text cut to a number of UTF-16 units, with a mark where something is missing. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  // Never between the two halves of one character.
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Returns a value as it stands in a line; a longer text by its first line and how many follow. */
export function valueText(value: Json | undefined, length = 120): string {
  if (value === undefined) return "(absent)";
  const text = typeof value === "string" && value === "" ? '""' : show(value);
  const lines = text.split("\n");
  const more = lines.length > 1 ? ` (+${lines.length - 1} lines)` : "";
  return `${clip(printable(lines[0] ?? ""), length)}${more}`;
}

/** Returns `1 pod`, `2 pods`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Returns the first names and how many more there are. */
export function names(list: readonly string[], most = 10): string {
  const shown = list.slice(0, most).join(", ");
  return list.length > most ? `${shown} and ${list.length - most} more` : shown;
}
