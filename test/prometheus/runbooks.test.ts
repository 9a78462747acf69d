import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { alertsOf, renderedGroups } from "./rendered.ts";

const folder = new URL("../../docs/runbooks/", import.meta.url);
const index = readFileSync(new URL("README.md", folder), "utf8");
const runbooks = new Map(
  readdirSync(folder)
    .filter((name) => name !== "README.md")
    .map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
);
const alerts = alertsOf(renderedGroups());
const names = new Set(alerts.map(({ alert }) => alert));

/** What a runbook lacks of a title, of the four sections in their order, and of words in each. */
function shortcomings(text: string, title: string): readonly string[] {
  const sections = ["Meaning", "Impact", "Diagnosis", "Mitigation"];
  const [head = "", ...parts] = text.split(/^## /m);
  const found = parts.map((part) => part.slice(0, part.indexOf("\n")));
  return [
    ...(head.trim() === `# ${title}` ? [] : [`the title is not "${title}"`]),
    ...(found.join() === sections.join() ? [] : [`the sections are ${found.join(", ")}`]),
    ...parts
      .filter((part) => part.split("\n").slice(1).join("").trim().length < 10)
      .map((part) => `nothing under ${part.trim()}`),
  ];
}

test("every alert has a runbook where its notification links to, and every runbook has an alert", () => {
  const linked = alerts.map(({ annotations }) =>
    (annotations["runbook_url"] ?? "").replace("https://runbooks.example.com/", ""),
  );
  expect([...runbooks.keys()].toSorted()).toEqual(linked.toSorted());
});

test("every runbook says what the alert means, whom it hurts, how to look and what to do", () => {
  const found = alerts.flatMap(({ alert }) =>
    shortcomings(runbooks.get(`${alert.toLowerCase()}.md`) ?? "", alert),
  );
  expect(found).toEqual([]);
});

test("a runbook without a section, or with an empty one, is found", () => {
  const full =
    "# A\n\n## Meaning\n\nLong enough.\n\n## Impact\n\nLong enough.\n\n## Diagnosis\n\nLong enough.\n\n## Mitigation\n\nLong enough.\n";
  expect(shortcomings(full, "A")).toEqual([]);
  expect(shortcomings(full.replace("## Impact\n\nLong enough.\n\n", ""), "A")).toEqual([
    "the sections are Meaning, Diagnosis, Mitigation",
  ]);
  expect(shortcomings(full.replace("## Mitigation\n\nLong enough.", "## Mitigation\n\n"), "A")).toEqual([
    "nothing under Mitigation",
  ]);
  expect(shortcomings(full, "B")).toEqual(['the title is not "B"']);
});

test("the index lists every runbook once and nothing else", () => {
  const listed = [...index.matchAll(/^- \[(?<alert>\w+)\]\((?<file>[\w.]+)\)$/gm)].map(({ groups }) => ({
    alert: groups?.["alert"] ?? "",
    file: groups?.["file"],
  }));
  expect(listed.map(({ alert }) => alert).toSorted()).toEqual([...names].toSorted());
  expect(listed.filter(({ alert, file }) => file !== `${alert.toLowerCase()}.md`)).toEqual([]);
});

test("a runbook refers only to alerts that exist", () => {
  const referred = [...runbooks.values()].flatMap((text) => text.match(/\bAPG[A-Z]\w+/g) ?? []);
  expect(referred.filter((name) => !names.has(name))).toEqual([]);
});

test("the commands of every runbook are a script that bash can read", () => {
  const scripts = [...runbooks.values()].flatMap((text) =>
    [...text.matchAll(/```sh\n(?<script>[\s\S]*?)```/g)].map(({ groups }) => groups?.["script"] ?? ""),
  );
  expect(scripts.length).toBe(runbooks.size);
  for (const script of scripts) execFileSync("bash", ["-n"], { input: script, stdio: "pipe" });
  expect(() => execFileSync("bash", ["-n"], { input: "kubectl get 'pods", stdio: "pipe" })).toThrow(
    "unexpected EOF",
  );
});
