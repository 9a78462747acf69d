import type { Endpoint } from "./endpoints.ts";
import { formatPorts, type PortRange } from "./ports.ts";
import { type Connection, endpointKey } from "./reachability.ts";

/** The matrix of one environment. */
export interface Matrix {
  readonly environment: string;
  readonly connections: readonly Connection[];
}

/** One way for people: ends that the policies treat alike stand together. */
interface Way {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ports: string;
}

/** Ways in which a matrix is shown. */
export const matrixFormats = ["terminal", "mermaid", "json", "markdown"] as const;

/** Returns the matrices in a format, without a line break at the end. */
export function formatMatrices(matrices: readonly Matrix[], format: (typeof matrixFormats)[number]): string {
  switch (format) {
    case "terminal":
      return matrices.map(terminal).join("\n\n");
    case "markdown":
      return matrices.map(markdown).join("\n\n");
    case "mermaid":
      return matrices.map(mermaid).join("\n\n");
    case "json":
      return JSON.stringify({ environments: matrices.map(plain) }, undefined, 2);
  }
}

function terminal({ environment, connections }: Matrix): string {
  const rows = [
    ["FROM", "TO", "PORTS"],
    ...ways(connections).flatMap(({ from, to, ports }) =>
      Array.from({ length: Math.max(from.length, to.length) }, (_unused, line) => [
        from[line] ?? "",
        to[line] ?? "",
        line === 0 ? ports : "",
      ]),
    ),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((content, column) => content.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [title(environment, connections), "", ...lines].join("\n");
}

function markdown({ environment, connections }: Matrix): string {
  return [
    `### ${title(environment, connections)}`,
    "",
    "| From | To | Ports |",
    "| --- | --- | --- |",
    ...ways(connections).map(({ from, to, ports }) => `| ${names(from)} | ${names(to)} | ${ports} |`),
  ].join("\n");
}

function names(ends: readonly string[]): string {
  return ends.map((name) => `\`${name}\``).join("<br>");
}

function mermaid({ environment, connections }: Matrix): string {
  const all = ways(connections);
  const nodes = [...new Set(all.flatMap(({ from, to }) => [from.join("<br>"), to.join("<br>")]))];
  const node = (ends: readonly string[]): string => `n${nodes.indexOf(ends.join("<br>"))}`;
  return [
    "flowchart LR",
    `  %% ${title(environment, connections)}`,
    ...nodes.map((name, index) => `  n${index}["${name.replaceAll('"', "&quot;")}"]`),
    ...all.map(({ from, to, ports }) => `  ${node(from)} -->|"${ports}"| ${node(to)}`),
  ].join("\n");
}

function title(environment: string, connections: readonly Connection[]): string {
  const count = connections.length;
  return `${environment}: ${count} ${count === 1 ? "connection is" : "connections are"} open, everything else is closed`;
}

function plain({ environment, connections }: Matrix): object {
  return {
    environment,
    connections: connections.map(({ from, to, ports }) => ({
      from: plainEnd(from),
      to: plainEnd(to),
      ports: ports.map(plainPorts),
    })),
  };
}

function plainEnd(end: Endpoint): object {
  return end.kind === "pods"
    ? { kind: end.kind, namespace: end.namespace, name: end.name }
    : { kind: end.kind, name: end.name };
}

function plainPorts({ protocol, first, last }: PortRange): object {
  return { protocol, first, last };
}

/** Ends with the same connections in both directions are shown as one, such as the roles of a database. */
function ways(connections: readonly Connection[]): readonly Way[] {
  const signatures = new Map<string, string[]>();
  for (const { from, to, ports } of connections) {
    const [sender, receiver, text] = [endpointKey(from), endpointKey(to), formatPorts(ports)];
    signatures.set(sender, [...(signatures.get(sender) ?? []), `to ${receiver} ${text}`]);
    signatures.set(receiver, [...(signatures.get(receiver) ?? []), `from ${sender} ${text}`]);
  }
  const groupOf = (end: Endpoint): string => (signatures.get(endpointKey(end)) ?? []).toSorted().join("\n");
  const members = Map.groupBy(
    new Map(connections.flatMap(({ from, to }) => [from, to]).map((end) => [endpointKey(end), end])).values(),
    groupOf,
  );
  const namesOf = (end: Endpoint): readonly string[] => (members.get(groupOf(end)) ?? []).map(endpointKey);
  const merged = Map.groupBy(
    connections,
    ({ from, to, ports }) => `${namesOf(from).join()} ${namesOf(to).join()} ${formatPorts(ports)}`,
  );
  return [...merged.values()].flatMap(([first]) =>
    first ? [{ from: namesOf(first.from), to: namesOf(first.to), ports: formatPorts(first.ports) }] : [],
  );
}
