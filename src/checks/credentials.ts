import type { Json, Manifest } from "../kubernetes/manifest.ts";
import type { Rule } from "./rule.ts";

// Well-known forms (the providers' own documentation of their prefixes), and what a reader of a URL or a file would use.
const forms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, "an access key of AWS"],
  [/\bAIza[\w-]{35}/, "an API key of Google"],
  [/\bgh[pousr]_[A-Za-z0-9]{36}/, "a token of GitHub"],
  [/\bglpat-[\w-]{20}/, "a token of GitLab"],
  [/\bxox[abprs]-[\w-]{10}/, "a token of Slack"],
  [/\bsk_live_[A-Za-z0-9]{16}/, "a key of Stripe"],
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/, "a JSON Web Token"],
  // A password that a template fills in begins with braces.
  [/:\/\/[^\s/:@]*:(?!\{\{)[^\s/:@{$]{3,}@/, "a URL with a password"],
];
// Bidirectional controls reorder what a reviewer sees (CVE-2021-42574); other controls hide in a terminal.
const hidden = /(?![\t\n])\p{Cc}|\p{Cf}/u;
const candidate = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/;

/** No text in the tree looks like a credential, in plain or as base64, and none hides characters from its reviewer. */
export const credentials: Rule = {
  id: "credentials",
  reason: "what is once in git is known to everybody who ever clones it, and cannot be taken back",
  source: "OWASP, Secrets Management Cheat Sheet; CVE-2021-42574",
  values: ["env", "secrets.store"],
  *check(manifests) {
    for (const manifest of manifests) {
      if (manifest.kind === "Secret")
        yield { manifest, path: "data", message: "is a Secret in git; let a store or cert-manager make it" };
      for (const [path, text] of texts(manifest)) {
        const what = judge(text);
        if (what !== undefined)
          yield {
            manifest,
            path,
            message: `holds ${what}; take it out of git, and replace it where it is used`,
          };
      }
    }
  },
};

// Environments share most of their texts, and a judgement depends on nothing else.
const judged = new Map<string, string | undefined>();

function judge(text: string): string | undefined {
  if (judged.has(text)) return judged.get(text);
  const what = suspicion(text);
  judged.set(text, what);
  return what;
}

/** Returns what a text looks like, or undefined; never the text itself, which would end in a log. */
function suspicion(text: string): string | undefined {
  if (hidden.test(text)) return "a control or bidirectional character";
  // Shorter than any form and any random string worth the name.
  if (text.length < 12) return undefined;
  const form = forms.find(([pattern]) => pattern.test(text));
  if (form) return form[1];
  for (const [word] of text.matchAll(candidate)) {
    const decoded = Buffer.from(word, "base64").toString("latin1");
    const inside = forms.find(([pattern]) => pattern.test(decoded));
    if (inside) return `${inside[1]} as base64`;
    if (isRandom(word)) return "a random string";
  }
  return undefined;
}

/** Letters of both cases with digits, and as many different ones as a random choice of that length would have. */
function isRandom(word: string): boolean {
  if (digest.test(word) || !/[a-z]/.test(word) || !/[A-Z]/.test(word) || (word.match(/\d/g) ?? []).length < 3)
    return false;
  return !word.includes("/") && entropy(word) >= 4.2;
}

/** Shannon entropy, in bits for each character. */
function entropy(word: string): number {
  const counts = Map.groupBy(word, (letter) => letter);
  return [...counts.values()].reduce((sum, { length }) => {
    const share = length / word.length;
    return sum - share * Math.log2(share);
  }, 0);
}

function texts(manifest: Manifest): readonly (readonly [path: string, text: string])[] {
  const found: (readonly [string, string])[] = [];
  const walk = (value: Json, path: string): void => {
    if (typeof value === "string") found.push([path, value]);
    else if (typeof value === "object" && value !== null)
      for (const [key, child] of Object.entries(value))
        walk(child, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
  };
  walk(manifest.body, "");
  return found;
}
