import { isObject, type Json } from "../kubernetes/manifest.ts";
import { readPem } from "../pem.ts";
import { oncePerText } from "./once.ts";
import { joined, noProblems, type Problem } from "./problem.ts";
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
// One pass finds whether there is any at all, which is nearly never.
const anyForm = new RegExp(forms.map(([pattern]) => pattern.source).join("|"));
// Bidirectional controls reorder what a reviewer sees (CVE-2021-42574); other controls hide in a terminal.
const hidden = /(?![\t\n])\p{Cc}|\p{Cf}/u;
const beyondAscii = /[^\t\n\u0020-\u007E]/;
// From the beginning of a word, or every letter of a shorter one would be tried.
const candidate = /(?<![\w+/-])[\w+/-]{24,}={0,2}/g;
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
      for (const { path, message } of suspects(manifest.body)) yield { manifest, path, message };
    }
  },
};

function suspects(value: Json): readonly Problem[] {
  if (typeof value === "string") {
    const what = suspicion(value);
    return what === ""
      ? noProblems
      : [{ path: "", message: `holds ${what}; take it out of git, and replace it where it is used` }];
  }
  let all = noProblems;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = suspects(value[index] ?? null);
      if (found.length > 0) all = joined(all, `[${index}]`, found);
    }
  } else if (isObject(value)) {
    for (const key in value) all = joined(all, key, suspects(value[key] ?? null));
  }
  return all;
}

/** Returns what a text looks like, empty where it looks like itself; never the text, which would end in a log. */
const suspicion = oncePerText((whole): string => {
  const text = whole.includes("-----BEGIN CERTIFICATE-----") ? readPem(whole).rest : whole;
  if (beyondAscii.test(text) && hidden.test(text)) return "a control or bidirectional character";
  // Shorter than any form and any random string worth the name.
  if (text.length < 12) return "";
  const form = formOf(text);
  if (form !== "") return form;
  for (const [word] of text.matchAll(candidate)) {
    const inside = formOf(Buffer.from(word, "base64").toString("latin1"));
    if (inside !== "") return `${inside} as base64`;
    if (isRandom(word)) return "a random string";
  }
  return "";
});

function formOf(text: string): string {
  if (!anyForm.test(text)) return "";
  return forms.find(([pattern]) => pattern.test(text))?.[1] ?? "";
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
