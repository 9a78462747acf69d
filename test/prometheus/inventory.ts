import { readdirSync, readFileSync } from "node:fs";

/** The labels that a metric has by itself; Prometheus adds those of the target. */
export type Inventory = ReadonlyMap<string, ReadonlySet<string>>;

const folder = new URL("../fixtures/metrics/", import.meta.url);

/** Returns the names of the lists of metrics that exist. */
export function inventoryFiles(): readonly string[] {
  return readdirSync(folder);
}

/** Returns the metrics of the named lists, or of all. Throws an Error for a line that is no metric. */
export function inventory(files: readonly string[] = inventoryFiles()): Inventory {
  const lines = files.flatMap((file) => readFileSync(new URL(file, folder), "utf8").split("\n"));
  return new Map(
    lines
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const fields =
          /^(?<name>[a-zA-Z_:][\w:]*) (?:counter|gauge|histogram|summary|untyped)(?: (?<labels>[\w,]+))?$/.exec(
            line,
          );
        const { name, labels } = fields?.groups ?? {};
        if (name === undefined) throw new Error(`"${line}" is no metric with its type and labels`);
        return [name, new Set(labels?.split(","))] as const;
      }),
  );
}
