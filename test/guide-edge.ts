import { edgeSettings } from "../src/components/edge-settings.ts";

/** Returns the lines of the table in docs/guide.md that compares the edge's settings on Traefik with the guide's. */
export function edgeRows(): readonly string[] {
  const rows = edgeSettings.map(
    ({ effect, annotations, carriedBy = "", difference = "" }) =>
      `| ${effect} | ${annotations.map((name) => `\`${name}\``).join(", ")} | ${carriedBy} | ${difference} |`,
  );
  return [
    "| Effect | nginx.ingress.kubernetes.io/ | Carried by | What differs |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].map((row) => row.replaceAll("|  |", "| |"));
}
