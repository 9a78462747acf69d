import { withheld } from "./read/secrets.ts";

const words =
  "pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|secret[-_.]?key|" +
  "encryption[-_.]?key|signing[-_.]?key|account[-_.]?key|master[-_.]?key|license[-_.]?key|credentials?|bearer|jwt|dsn|" +
  "connection[-_.]?string|authorization|cookie|requirepass|masterauth|auth[-_.]?pass";
const suffix = "(?:[-_.]?(?:base|hash|old|new|previous|current|value|plain|b64|base64|enc|\\d))*";
const name = new RegExp(`(?:^|[^a-z])(?:[a-z0-9]*[-_.])*(?:[a-z]*?)(?:${words})s?${suffix}$`, "i");
// Names that end alike and hold no secret: a reference, a switch, an amount.
const harmless = /^(?:automountServiceAccountToken|imagePullSecrets?|secrets|tokens|secret|token|pass)$/;

/** Whether a key, a variable or a flag is named like something secret. A map below `secret` is a volume, no value. */
export function isSensitiveName(key: string): boolean {
  return key.length <= 200 && !harmless.test(key) && name.test(key);
}

const assigned = new RegExp(
  `((?:^|[\\s"'{,;&?(\\[])["']?(?:--?)?[\\w.-]{0,60}?(?:${words})s?${suffix}["']?\\s*(?:=|:)\\s*)("[^"\\n]*"|'[^'\\n]*'|[^\\s"',;&)}\\]]+)`,
  "gi",
);
const directive =
  /((?:^|\n)\s*(?:requirepass|masterauth|auth-pass|tls-key-file-pass|tls-client-key-file-pass)\s+)(\S+)/gi;
const redisUser = /(\buser\s+\S+\s[^\n]*?[>#])([^\s]+)/g;
const userInfo = /([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/"'@]{0,200}:[^\s"'@]{1,400})@/gi;
const basicUser = /((?:^|\s)(?:-u|--user)[ =]["']?[\w.-]+:)([^\s"']+)/g;
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bxox[abeprs]-[\w-]{10,}/g,
  /\bsk-[\w-]{20,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bhvs\.[\w-]{20,}/g,
  /\$2[aby]\$\d\d\$[./\w]{20,}|\bSCRAM-SHA-256\$\S+/g,
  /\b(?:Bearer|Basic) [\w+./=-]{8,}/g,
];

const isReference = (value: string): boolean =>
  /^["']?(?:\$[({]|\{\{|%\(|<|\(withheld\))/.test(value) || /^["']{2}$/.test(value);

// The expression is slow on long words, and rarely needed.
const hasUserInfo = (text: string): boolean => text.includes("://") && text.includes("@");

// The same short texts (kinds, keys, names) stand in every object.
const known = new Map<string, string>();

/** Returns the text without what looks like a secret by itself. Applied twice it changes nothing more. */
export function redactText(text: string): string {
  if (text.length < 4) return text;
  if (text.length > 60) return redactLong(text);
  const seen = known.get(text);
  if (seen !== undefined) return seen;
  const clean = redactLong(text);
  if (known.size < 20_000) known.set(text, clean);
  return clean;
}

function redactLong(text: string): string {
  let clean = hasUserInfo(text) ? text.replace(userInfo, `$1${withheld}@`) : text;
  clean = clean
    .replace(basicUser, `$1${withheld}`)
    .replace(directive, `$1${withheld}`)
    .replace(redisUser, `$1${withheld}`);
  clean = clean.replace(assigned, (whole, before: string, value: string) =>
    isReference(value) ? whole : `${before}${withheld}`,
  );
  for (const pattern of shapes) clean = clean.replace(pattern, withheld);
  return clean.replace(tokens, (token) => (isSecretToken(token) ? withheld : token));
}

const knownParts = new Map<string, readonly string[]>();

/** Returns the parts of a text that look like secrets: what redacting it would withhold. */
export function sensitiveParts(text: string): readonly string[] {
  if (text.length < 4) return [];
  const seen = knownParts.get(text);
  if (seen) return seen;
  const parts = partsOf(text);
  if (knownParts.size < 20_000) knownParts.set(text, parts);
  return parts;
}

function partsOf(text: string): readonly string[] {
  const found: string[] = [];
  const add = (part: string | undefined): void => {
    const bare = (part ?? "").replaceAll(/^["']|["']$/g, "");
    if (bare !== "" && !isReference(bare)) found.push(bare);
  };
  for (const [, , credentials = ""] of hasUserInfo(text) ? text.matchAll(userInfo) : []) {
    const password = credentials.slice(credentials.indexOf(":") + 1);
    add(password);
    add(decode(password));
  }
  for (const pattern of [basicUser, directive, redisUser, assigned])
    for (const match of text.matchAll(pattern)) add(match[2]);
  return found;
}

const tokens = /[\w%+/=-]{12,}/g;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isSecretToken(token: string): boolean {
  if (token.includes("%")) {
    const decoded = decode(token);
    if (decoded !== token && redactText(decoded) !== decoded) return true;
  }
  if (token.length >= 16 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(token)) {
    const decoded = Buffer.from(token, "base64").toString("utf8");
    // What decodes to readable text is judged as that text.
    if (/^[\t\n\r\u0020-\u007e]{8,}$/.test(decoded)) {
      const body = decoded.replace(/\n$/, "");
      return (
        redactText(body) !== body || (/[^A-Za-z]/.test(body) && hasSecretShape(body)) || looksRandom(token)
      );
    }
  }
  return looksRandom(token);
}

const hasSecretShape = (text: string): boolean =>
  /[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text) && !/\s/.test(text);

// Random text of mixed letters and digits. Digests, hashes in names and identifiers are lower case or have separators.
function looksRandom(token: string): boolean {
  if (
    token.length < 24 ||
    /^(?:sha\d+[:-])?[0-9a-f-]+$/i.test(token) ||
    (token.includes("/") && token.length < 40)
  )
    return false;
  if (!hasSecretShape(token)) return false;
  let changes = 0;
  for (let index = 1; index < token.length; index++) {
    if (kindOf(token.charAt(index)) !== kindOf(token.charAt(index - 1))) changes += 1;
  }
  return changes >= token.length / 4;
}

function kindOf(char: string): number {
  if (/\d/.test(char)) return 0;
  return /[A-Z]/.test(char) ? 1 : /[a-z]/.test(char) ? 2 : 3;
}
