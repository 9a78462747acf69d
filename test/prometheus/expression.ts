/** A metric in a PromQL expression, with the labels that its selector asks for. */
export interface MetricUse {
  readonly metric: string;
  readonly labels: readonly string[];
}

const words = new Set(
  [
    "absent and bool by count count_over_time group_left group_right histogram_quantile humanize ignoring increase",
    "last_over_time max min offset on or predict_linear rate sum time topk unless vector without label_replace clamp_min",
  ].flatMap((line) => line.split(" ")),
);

/** Returns every use of a metric in an expression. Throws an Error for a function or keyword that it does not know. */
export function metricsIn(expression: string): readonly MetricUse[] {
  const text = withoutStrings(expression)
    .replaceAll(/\[[^\]]*\]/g, " ")
    .replaceAll(/\b(?:by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)/g, " ");
  const uses = /(?<![\w.:])(?<word>[a-zA-Z_:][\w:]*)\s*(?:\{(?<matchers>[^{}]*)\}|(?<call>\())?/g;
  return [...text.matchAll(uses)].flatMap(({ groups = {} }) => {
    const { word = "", matchers = "", call } = groups;
    if (words.has(word)) return [];
    if (call !== undefined) throw new Error(`${word} is no function known here`);
    return { metric: word, labels: labelsIn(matchers) };
  });
}

/** Returns the labels that the aggregations and joins of an expression name. */
export function groupingLabelsIn(expression: string): readonly string[] {
  const lists = withoutStrings(expression).matchAll(
    /\b(?:by|on|ignoring|group_left|group_right)\s*\((?<list>[^)]*)\)/g,
  );
  return [...lists]
    .flatMap(({ groups }) => (groups?.["list"] ?? "").split(",").map((label) => label.trim()))
    .filter(Boolean);
}

function labelsIn(matchers: string): readonly string[] {
  return [...matchers.matchAll(/(?<label>[a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(
    ({ groups }) => groups?.["label"] ?? "",
  );
}

function withoutStrings(expression: string): string {
  return expression.replaceAll(/"[^"]*"/g, '""');
}
