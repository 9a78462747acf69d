/** A line of a comparison of two texts. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed" | "skipped";
  readonly text: string;
}

const same = (text: string): DiffLine => ({ kind: "same", text });
const gone = (text: string): DiffLine => ({ kind: "removed", text });
const come = (text: string): DiffLine => ({ kind: "added", text });

const around = 3;
// Beyond it (lines of one side times lines of the other, equal ends taken away) the middle is told as a whole.
const mostCells = 1_000_000;

/** Returns the lines that differ between two texts with three lines around them. */
export function compareLines(before: string | undefined, after: string | undefined): readonly DiffLine[] {
  const [old, next] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start++;
  let end = 0;
  while (
    end < Math.min(old.length, next.length) - start &&
    old[old.length - 1 - end] === next[next.length - 1 - end]
  )
    end++;
  return folded([
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), next.slice(start, next.length - end)),
    ...old.slice(old.length - end).map(same),
  ]);
}

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Longest common subsequence, by its table of lengths. */
function middle(old: readonly string[], next: readonly string[]): readonly DiffLine[] {
  if (old.length * next.length > mostCells) return [...old.map(gone), ...next.map(come)];
  const width = next.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = next.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        old[row] === next[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < next.length) {
    const [left = "", right = ""] = [old[row], next[column]];
    if (row < old.length && column < next.length && left === right) {
      lines.push({ kind: "same", text: left });
      row += 1;
      column += 1;
    } else if (column >= next.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) {
      lines.push(gone(left));
      row += 1;
    } else {
      lines.push(come(right));
      column += 1;
    }
  }
  return lines;
}

function folded(lines: readonly DiffLine[]): readonly DiffLine[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== "same"),
  );
  const shown: DiffLine[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (isNear[index]) {
      if (skipped > 0) shown.push(fold(skipped));
      skipped = 0;
      shown.push(line);
    } else skipped += 1;
  }
  return skipped > 0 ? [...shown, fold(skipped)] : shown;
}

function fold(count: number): DiffLine {
  return { kind: "skipped", text: `${count} equal lines` };
}
