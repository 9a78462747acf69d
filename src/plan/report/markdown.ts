import type { Plan } from "./model.ts";
import { checkedLine, sectionsOf } from "./sections.ts";
import { clip, count, printable } from "./text.ts";
import { environmentRows, totalsLine, verdictWords, type Item, type Section } from "./words.ts";

/** Largest number of UTF-8 bytes of the markdown: a comment on GitHub takes 65,536 characters. */
export const markdownBytes = 60_000;

// How much of a section is printed: everything, a line per item, the first names, or only how many there are.
const levels = ["full", "lines", "names", "count"] as const;
type Level = (typeof levels)[number];

/**
 * Returns the plan as GitHub's markdown, never longer than the limit. What does not fit is cut from the least important
 * section upwards, always between items, and the page says what it left out. All text of the tree is escaped.
 */
export function toMarkdown(plan: Plan, limit = markdownBytes): string {
  const sections = sectionsOf(plan);
  const chosen = sections.map((): Level => "full");
  const written = new Map<string, string>();
  const write = (section: Section, level: Level): string => {
    const key = `${section.id} ${level}`;
    const text = written.get(key) ?? sectionLines(section, level).join("\n");
    written.set(key, text);
    return text;
  };
  const page = (): string => assemble(plan, sections, chosen, write);
  // The least important go first, level by level; the vital ones only when nothing else is left to cut.
  for (const vital of [false, true]) {
    for (const level of levels.slice(1)) {
      for (let index = sections.length - 1; index >= 0; index--) {
        if (Buffer.byteLength(page()) <= limit) return page();
        if (sections[index]?.vital === vital) chosen[index] = level;
      }
    }
  }
  return Buffer.byteLength(page()) <= limit ? page() : shortest(plan);
}

function assemble(
  plan: Plan,
  sections: readonly Section[],
  chosen: readonly Level[],
  write: (section: Section, level: Level) => string,
): string {
  const cut = sections.filter((_, index) => chosen[index] !== "full");
  const lines = [
    `### Plan ${code(plan.base)} … ${code(plan.head)}: **${verdictWords[plan.verdict]}**`,
    "",
    escape(totalsLine(plan)),
    "",
    ...environmentTable(plan),
    ...sections.flatMap((section, index) => ["", write(section, chosen[index] ?? "count")]),
    "",
    escape(checkedLine(plan)),
    ...(cut.length > 0
      ? [
          "",
          `**Shortened to fit a comment:** ${cut.map(({ title, items }) => `${title} (${count(items.length, "item")})`).join(", ")}. The JSON and HTML formats hold all of it.`,
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function shortest(plan: Plan): string {
  return `### Plan: **${verdictWords[plan.verdict]}**\n\n${escape(totalsLine(plan))}\n\nEverything else is left out to fit a comment: see the JSON or HTML format.\n`;
}

const mostRows = 40;

function environmentTable(plan: Plan): readonly string[] {
  const rows = environmentRows(plan);
  if (rows.length === 0) return [];
  const cells = rows
    .slice(0, mostRows)
    .map(({ names: environments, verdict, totals, kubernetes }) =>
      [
        code(clip(environments, 200)),
        verdictWords[verdict],
        totals.refused,
        totals.deleted,
        totals.recreated,
        totals.rolls,
        totals.live,
        totals.created,
        totals["no-effect-yet"],
        kubernetes,
      ]
        .map((cell) => (cell === 0 ? "–" : String(cell)))
        .join(" | "),
    );
  const more = rows.length > mostRows ? [`| and ${rows.length - mostRows} more | | | | | | | | | |`] : [];
  return [
    "| environment | verdict | refused | deleted | recreated | rolls | live | created | no effect yet | Kubernetes |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...cells.map((row) => `| ${row} |`),
    ...more,
  ];
}

function sectionLines({ title, items, closing }: Section, level: Level): readonly string[] {
  const head = [`#### ${escape(title)}`, ""];
  const end = closing === undefined ? [] : ["", escape(closing)];
  switch (level) {
    case "full":
      return [
        ...head,
        ...items.flatMap((item) => [
          itemLine(item, 600),
          ...item.details.map((detail) => `  - ${escape(clip(detail, 600))}`),
        ]),
        ...end,
      ];
    case "lines":
      return [...head, ...items.map((item) => itemLine(item, 200)), ...end];
    case "names":
      return [...head, names(items), ...end];
    case "count":
      return [...head, `${count(items.length, "item")}, left out here.`, ...end];
  }
}

const mostNames = 10;

function names(items: readonly Item[]): string {
  const shown = items.slice(0, mostNames).map(({ title }) => code(clip(title, 120)));
  return shown.join(", ") + (items.length > mostNames ? ` and ${items.length - mostNames} more` : "");
}

function itemLine({ title, text, environments, link }: Item, length: number): string {
  const where =
    environments.length > 0
      ? ` (${environments
          .slice(0, 8)
          .map((name) => code(clip(name, 60)))
          .join(", ")}${environments.length > 8 ? ` and ${environments.length - 8} more` : ""})`
      : "";
  const place = link ? ` · ${code(`${clip(link.path, 200)}:${link.line}`)}` : "";
  return `- **${escape(clip(title, 200))}**${where}: ${escape(clip(text, length))}${place}`;
}

/** Returns the text as a code span that its content cannot end: the fence is longer than any run of backticks in it. */
export function code(text: string): string {
  // A pipe would end a table's cell even inside a code span.
  const clean = printable(text).replaceAll("|", "¦");
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = clean.startsWith("`") || clean.endsWith("`") || clean.trim() === "" ? " " : "";
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/**
 * Returns the text with everything escaped that GitHub would act on: markdown, HTML, mentions, references to issues and
 * commits, and links. A word joiner breaks those that work on the rendered text and know no escape.
 */
export function escape(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]#|~!]/g, (char) => `\\${char}`)
    .replaceAll(/@(?=\w)/g, "@\u2060")
    .replaceAll(/\\#(?=\d)/g, "\\#\u2060")
    .replaceAll(/\b(GH)-(?=\d)/gi, "$1-\u2060")
    .replaceAll(/:\/\//g, ":\u2060//")
    .replaceAll(/\bwww\./gi, "www\u2060.")
    .replaceAll(/^(\s*)([-+=]|\d+[.)])/g, "$1\\$2");
}
