import type { NetworkChange } from "../model.ts";
import { clip } from "../text.ts";
import { html } from "./text.ts";

// More ends than this are a tangle in which nobody sees a line; they stand as text above.
const mostEnds = 40;
const [width, rowHeight, margin, column] = [720, 26, 34, 250];

/** Returns the connections before and after as two drawings beside each other, or a sentence where they are too many. */
export function networkPicture(lines: readonly NetworkChange[]): string {
  const [froms, tos] = [[...new Set(lines.map(({ from }) => from))], [...new Set(lines.map(({ to }) => to))]];
  if (lines.length === 0) return "";
  if (Math.max(froms.length, tos.length) > mostEnds)
    return `<p>The network has ${froms.length} and ${tos.length} ends that change: too many to draw.</p>`;
  const draw = (title: string, kinds: readonly NetworkChange["change"][]): string =>
    drawing(
      title,
      lines.filter(({ change }) => kinds.includes(change)),
      froms,
      tos,
    );
  return `<div class="pictures">${draw("Before", ["closed", "unchanged"])}${draw("After", ["opened", "unchanged"])}</div>`;
}

function drawing(
  title: string,
  lines: readonly NetworkChange[],
  froms: readonly string[],
  tos: readonly string[],
): string {
  const height = margin + Math.max(froms.length, tos.length) * rowHeight + 10;
  const y = (index: number): number => margin + index * rowHeight + 6;
  const label = (name: string, index: number, side: "start" | "end"): string =>
    `<text x="${side === "end" ? column : width - column}" y="${y(index) + 4}" text-anchor="${side}">${html(clip(name, 38))}<title>${html(name)}</title></text>`;
  const edges = lines.map(({ from, to, ports, change }) => {
    const [top, bottom] = [y(froms.indexOf(from)), y(tos.indexOf(to))];
    const words = `${change}: ${from} → ${to}, ${ports}`;
    return `<line class="${change}" x1="${column + 8}" y1="${top}" x2="${width - column - 8}" y2="${bottom}"><title>${html(words)}</title></line>`;
  });
  return [
    `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Network, ${title.toLowerCase()}">`,
    `<text class="title" x="10" y="18">${title}</text>`,
    ...froms.map((name, index) => label(name, index, "end")),
    ...tos.map((name, index) => label(name, index, "start")),
    ...edges,
    "</svg></figure>",
  ].join("");
}
