import type { Plan, Verdict } from "./model.ts";
import { checkedLine, sectionsOf } from "./sections.ts";
import { printable } from "./text.ts";
import { environmentRows, marks, totalsLine, verdictWords, type Item, type Section } from "./words.ts";

/** How the terminal looks. */
export interface TerminalOptions {
  readonly color: boolean;
  /** Columns of the window. */
  readonly width: number;
}

const colors: Readonly<Record<Verdict, number>> = {
  nothing: 32,
  safe: 32,
  restarts: 33,
  "data-loss": 31,
  refused: 31,
};

/** Returns the plan for a terminal: the verdict first and, where the eye is at the end, last again. */
export function toTerminal(plan: Plan, { color, width }: TerminalOptions): string {
  const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const verdict = paint(colors[plan.verdict], paint(1, verdictWords[plan.verdict]));
  const wrap = (text: string, indent: number): readonly string[] => wrapLine(printable(text), width, indent);
  const lines = [
    `Plan ${printable(plan.base)} … ${printable(plan.head)}: ${verdict}`,
    ...wrap(totalsLine(plan), 0),
    "",
    ...environmentLines(plan),
    ...sectionsOf(plan).flatMap((section) => ["", paint(1, section.title), ...sectionLines(section, wrap)]),
    "",
    ...wrap(checkedLine(plan), 0),
    `Plan: ${verdict}`,
  ];
  return `${lines.join("\n")}\n`;
}

function environmentLines(plan: Plan): readonly string[] {
  return environmentRows(plan).map(({ names, verdict, totals, kubernetes }) => {
    const parts = Object.entries(totals).flatMap(([verb, number]) =>
      number > 0 ? [`${number} ${verb}`] : [],
    );
    return `  ${printable(names)}: ${verdictWords[verdict]}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}, Kubernetes ${kubernetes}`;
  });
}

type Wrap = (text: string, indent: number) => readonly string[];

function sectionLines({ items, closing }: Section, wrap: Wrap): readonly string[] {
  const lines = items.flatMap((item) => itemLines(item, wrap));
  return closing === undefined ? lines : [...lines, ...wrap(closing, 2)];
}

function itemLines({ title, text, environments, verb, details, link }: Item, wrap: Wrap): readonly string[] {
  const where = environments.length > 0 ? ` [${environments.join(", ")}]` : "";
  return [
    ...wrap(`${verb === undefined ? "" : `${marks[verb]} `}${title}${where}: ${text}`, 2),
    ...details.flatMap((detail) => wrap(detail, 6)),
    ...(link ? wrap(`${link.path}:${link.line}`, 6) : []),
  ];
}

/** Returns the text in lines of at most the width, broken at spaces; a longer word stays whole. */
function wrapLine(text: string, width: number, indent: number): readonly string[] {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > room) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((part) => " ".repeat(indent) + part);
}
