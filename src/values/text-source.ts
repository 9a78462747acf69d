import type { Problem } from "../errors.ts";

/** A file's text, and what is wrong with its bytes; without text when nothing sensible can be read from them. */
export interface TextSource {
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
}

/** Far above any file that people write here (bytes); below what makes a parser slow. */
const largest = 512 * 1024;

const byteOrderMark = "\u{FEFF}";

// Control characters other than tab and line feed; then characters that nobody sees in an editor or a diff, among them
// those that turn the direction of text (Unicode Technical Report 36, section 2; CVE-2021-42574).
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;
const invisible =
  /[\u00A0\u00AD\u061C\u180E\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\uFEFF\uFFF9-\uFFFB]/;

/**
 * Reads bytes as UTF-8 text with Unix line endings. Windows line endings and a leading byte order mark are problems,
 * but the text is still returned without them, so that further problems of the same file are reported too.
 */
export function decodeText(file: string, bytes: Uint8Array): TextSource {
  if (bytes.length > largest) {
    return broken({ file, message: `has ${bytes.length} bytes; expected at most ${largest}` });
  }
  const valid = decode(bytes);
  if (valid === undefined)
    return broken({ file, ...positionAt(firstValid(bytes)), message: invalidMessage(bytes) });
  const problems: Problem[] = [];
  if (valid.startsWith(byteOrderMark)) {
    problems.push({
      file,
      line: 1,
      column: 1,
      message: "starts with a byte order mark; save it as UTF-8 without one",
    });
  }
  const text = valid.startsWith(byteOrderMark) ? valid.slice(1) : valid;
  const windows = text.indexOf("\r\n");
  if (windows !== -1) {
    const message = "has Windows line endings (CR LF); save it with Unix line endings (LF)";
    problems.push({ file, ...positionAt(text.slice(0, windows)), message });
  }
  const unix = text.replaceAll("\r\n", "\n");
  const bad = [
    describeFirst(unix, control, "the control character"),
    describeFirst(unix, invisible, "the invisible character"),
  ]
    .filter((found) => found !== undefined)
    .map((found) => ({ file, ...found }));
  return { text: bad.length > 0 ? undefined : unix, problems: [...problems, ...bad] };
}

/** Returns line and column, counted from 1, of the character after the given text. */
export function positionAt(before: string): { readonly line: number; readonly column: number } {
  const lines = before.split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Returns the first character of text that must not stand in any value, or undefined. */
export function forbiddenCharacter(text: string): string | undefined {
  if (!text.isWellFormed()) return "half of a surrogate pair";
  const found = control.exec(text) ?? invisible.exec(text);
  return found === null ? undefined : codePoint(found[0]);
}

function describeFirst(text: string, pattern: RegExp, noun: string): Omit<Problem, "file"> | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  return {
    ...positionAt(text.slice(0, found.index)),
    message: `holds ${noun} ${codePoint(found[0])}; remove it`,
  };
}

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function broken(problem: Problem): TextSource {
  return { text: undefined, problems: [problem] };
}

function decode(bytes: Uint8Array, stream = false): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch {
    return undefined;
  }
}

/** The longest start that is valid text, found by halving: each start of a valid start is valid too. */
function firstValid(bytes: Uint8Array): string {
  let good = 0;
  for (let bad = bytes.length; good < bad;) {
    const middle = Math.ceil((good + bad) / 2);
    if (decode(bytes.subarray(0, middle), true) === undefined) bad = middle - 1;
    else good = middle;
  }
  return decode(bytes.subarray(0, good), true) ?? "";
}

function invalidMessage(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return utf16 ? "is UTF-16; save it as UTF-8" : "is not valid UTF-8 from here on; save it as UTF-8";
}
