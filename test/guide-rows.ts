import type { Json } from "../src/kubernetes/manifest.ts";

const fates = ["kept", "changed", "dropped", "moved"] as const;
const columns = "| Path | The guide | Fate | Now | Why |";

/** What became of one leaf of the guide, as a row of docs/guide.md says it. */
export interface GuideRow {
  /** The guide's object (`Deployment apg-cash-management`) or file (`helm/values.yaml`): the heading above the table. */
  readonly owner: string;
  readonly path: string;
  readonly value: Json;
  readonly fate: (typeof fates)[number];
  /** Where it is now; absent where it is in the object and at the path of the guide, or nowhere. */
  readonly now?: string;
  readonly why: string;
  /** Line in the document, from 1. */
  readonly line: number;
}

/**
 * Returns the rows of all tables of docs/guide.md that describe leaves of the guide (those with the columns Path, The
 * guide, Fate, Now, Why), in their order. Values are JSON in code marks. Throws an Error for a row that is none.
 */
export function readGuideRows(markdown: string): readonly GuideRow[] {
  const rows: GuideRow[] = [];
  let owner = "";
  let inside = false;
  for (const [index, text] of markdown.split("\n").entries()) {
    if (text.startsWith("### ")) owner = text.slice(4);
    if (!text.startsWith("|")) inside = false;
    else if (text === columns) inside = true;
    else if (inside && !text.startsWith("| ---")) rows.push(readRow(text, owner, index + 1));
  }
  return rows;
}

function readRow(text: string, owner: string, line: number): GuideRow {
  const cells = text
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
  const [path = "", value = "", word = "", now = "", why = ""] = cells;
  const fate = fates.find((known) => known === word);
  if (cells.length !== 5 || fate === undefined) throw new Error(`docs/guide.md:${line}: no row: ${text}`);
  if (fate !== "kept" && why === "") throw new Error(`docs/guide.md:${line}: ${fate}, without a reason`);
  const target = now === "" ? {} : { now: code(now, line) };
  return { owner, path: code(path, line), value: json(code(value, line), line), fate, ...target, why, line };
}

function code(cell: string, line: number): string {
  const text = /^`(?<text>[^`]+)`$/.exec(cell)?.groups?.["text"];
  if (text === undefined) throw new Error(`docs/guide.md:${line}: expected one text in code marks: ${cell}`);
  return text;
}

function json(text: string, line: number): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (error) {
    throw new Error(`docs/guide.md:${line}: the guide's value is no JSON: ${text}`, { cause: error });
  }
}
