import type { YAMLError } from "yaml";

const hints: Partial<Record<YAMLError["code"], string>> = {
  BAD_INDENT: "the indentation fits no level above; align it with its neighbours",
  BLOCK_AS_IMPLICIT_KEY: "a second `: ` on the line; quote text that holds a colon and a space",
  MULTILINE_IMPLICIT_KEY:
    "text that goes on over several lines cannot be a key; is a colon missing, or the indentation wrong?",
  BAD_ALIAS:
    "an alias (*) of an anchor that does not exist; write the value out, or quote text that starts with *",
  BAD_SCALAR_START: "text cannot start with this character; quote it",
  BAD_DQ_ESCAPE: "an unknown escape in double quotes; write \\\\ for a backslash, or use single quotes",
  TAG_RESOLVE_FAILED: "a tag (!) that nobody knows; remove it, or quote text that starts with !",
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters; is a quote missing?",
};

/** Returns what is wrong where the parser stopped, and what would be right, as far as the parser can tell. */
export function syntaxMessage(error: YAMLError): string {
  // The same code stands for a [ or { that is never closed, and there the parser says more than the hint.
  const hint = error.message.startsWith("Flow ") ? undefined : hints[error.code];
  return hint ?? `is no YAML: ${error.message}`;
}
