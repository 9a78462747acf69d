import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import { authority } from "../../test/authority.ts";
import { guideFixture } from "../../test/guide.ts";
import { changed, manifestOf, tree } from "../../test/trees.ts";
import { credentials } from "./credentials.ts";

const config = "ConfigMap/apg-cash-management-config";
const holding = (text: string): readonly string[] =>
  [...credentials.check(changed(tree(), config, "data.EXAMPLE", text))].map(
    ({ path, message }) => `${path}: ${message}`,
  );

testRule(credentials);

// Put together here, so that no scanner takes this file for a leak.
const letters = "qX7vT2mK9pL4wR8sZ3nB6yH1";
const key = ["-----BEGIN", "PRIVATE KEY-----"].join(" ");
const url = ["postgresql://user", "hunter2pass@host/database"].join(":");

test("a certificate is public; what stands beside it, or only calls itself one, is not", () => {
  expect(holding(authority)).toStrictEqual([]);
  expect(holding(`${authority}${key}`)).toHaveLength(1);
  expect(holding(authority.replace(/\n.*\n/, `\n${letters}\n`))).toHaveLength(1);
});

test.for([
  [key, "a private key"],
  [["-----BEGIN", "RSA", "PRIVATE KEY-----"].join(" "), "a private key"],
  [["AKIA", "ABCDEFGHIJKLMNOP"].join(""), "an access key of AWS"],
  ["AIza" + "a".repeat(35), "an API key of Google"],
  [["ghp", "a".repeat(36)].join("_"), "a token of GitHub"],
  [["glpat", "a".repeat(20)].join("-"), "a token of GitLab"],
  [["xoxb", "1".repeat(12)].join("-"), "a token of Slack"],
  [["sk_live", "a".repeat(20)].join("_"), "a key of Stripe"],
  [["", "hbGciOiJI.", "zdWIiOiIx.c2lnbmF0dXJl"].join("eyJ"), "a JSON Web Token"],
  [url, "a URL with a password"],
  [Buffer.from(key).toString("base64"), "a private key as base64"],
  [Buffer.from(url).toString("base64"), "a URL with a password as base64"],
  [letters, "a random string"],
  ["a\u202Eb", "a control or bidirectional character"],
  ["a\u0000b", "a control or bidirectional character"],
  ["a\u001Bb", "a control or bidirectional character"],
] as const)("what looks like %j is reported as %s, without being repeated", ([text, what]) => {
  const [found, ...rest] = holding(text);
  expect(found).toContain(`data.EXAMPLE: holds ${what}; `);
  expect(found).not.toContain(text);
  expect(rest).toStrictEqual([]);
});

test.for([
  "https://user@host/path",
  "postgresql://user:{{ .password }}@host/database",
  "a".repeat(40),
  "0".repeat(64),
  "tab\tand\nline",
])("%j is no credential", (text) => {
  expect(holding(text)).toStrictEqual([]);
});

test.for(["K8-secret", "K7-tls-secret"])("the guide's Secret in git is reported (%s)", (name) => {
  const found = [...credentials.check([manifestOf(guideFixture(name))])];
  expect(found.map(({ message }) => message).join()).toContain("is a Secret in git");
});
