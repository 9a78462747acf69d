import { parse } from "yaml";
import { chartImages } from "../argocd/chart-images.ts";
import { asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";
import type { Files } from "../output/layout.ts";
import { render, type RenderedEnvironment } from "../render.ts";
import { applicationImage, fromRegistry, imageReference } from "../system/images.ts";
import { type Command, environmentOption, textOption } from "./command.ts";

/** A digest that nobody read anywhere: it marks an image that is not published yet. */
const placeholder = `sha256:${"0".repeat(64)}`;

/** An image as an environment pulls it, and where the public one stands. */
interface Row {
  readonly environment: string;
  readonly reference: string;
  /** Public repository and digest. */
  readonly origin: string;
  readonly source: string;
}

/** Lists every image and chart of every environment; digests that are placeholders are findings. */
export const images: Command = {
  usage: `usage: npm run images -- [--environment NAME] [--mirror | --mirror-charts]

Lists the images of every environment, or one, each with the public place where its digest was read, and the charts that
Argo CD installs with the images that they run. Ends with 1 when a digest is a placeholder, or a chart's images are not
known.

  --mirror         instead: a line for each image, its public reference by digest and the one in the environment's registry
  --mirror-charts  instead: the same for the images of the charts, by tag, since their digests are not known here`,
  options: { ...environmentOption, mirror: { type: "boolean" }, "mirror-charts": { type: "boolean" } },
  async run({ root, options, output }) {
    const { environments } = await render(root, textOption({ options }, "environment"));
    const rows = environments.flatMap(rowsOf);
    if (options["mirror"] === true) {
      for (const row of rows.filter((one) => !isUnknown(one)))
        output.print(`${row.origin} ${row.reference.replace(/@.*/, "")}`);
      for (const { reference } of rows.filter(isUnknown))
        output.warn(`${reference}: the digest is a placeholder`);
      return rows.some(isUnknown) ? 1 : 0;
    }
    // What Argo CD installs is known of all environments together.
    const { files } = await render(root);
    const charts = environments.flatMap((environment) => chartsOf(environment, files));
    if (options["mirror-charts"] === true) {
      const lines = charts.flatMap(({ pulled }) => pulled.map(({ from, to }) => `${from} ${to}`));
      output.print([...new Set(lines)].join("\n"));
    } else {
      for (const { environment, reference, source } of rows)
        output.print(`${environment}: ${reference}\n  ${source}`);
      for (const chart of charts) output.print(chartLines(chart));
    }
    for (const { name, version } of charts.filter(({ source }) => source === undefined))
      output.warn(`${name} ${version}: nobody read which images it runs: src/argocd/chart-images.ts`);
    const isFine = options["mirror-charts"] === true || !rows.some(isUnknown);
    return isFine && charts.every(({ source }) => source !== undefined) ? 0 : 1;
  },
};

function isUnknown({ origin }: Row): boolean {
  return origin.endsWith(placeholder);
}

function rowsOf({ name: environment, values, release }: RenderedEnvironment): Row[] {
  const application = {
    environment,
    reference: applicationImage(values, release),
    origin: `docker.io/${values.app.image.repository}@${release.digest}`,
    source: release.digest === placeholder ? "PLACEHOLDER: set the digest in release.yaml" : "release.yaml",
  };
  const published = imageNames(values.images).map((image): Row => {
    const { repository, digest, source } = values.images[image];
    return {
      environment,
      reference: imageReference(values, image),
      origin: `${repository}@${digest}`,
      source: digest === placeholder ? "PLACEHOLDER: set the digest in base/values.yaml" : source,
    };
  });
  return [application, ...published];
}

/** A chart of an environment, and the images that it runs there. */
interface ChartRow {
  readonly environment: string;
  readonly name: string;
  readonly version: string;
  readonly address: string;
  /** Where its images were read; undefined where nobody did. */
  readonly source: string | undefined;
  /** Public references by tag, and where the environment pulls them. */
  readonly pulled: readonly { readonly from: string; readonly to: string }[];
}

function chartsOf({ name: environment, values }: RenderedEnvironment, files: Files): ChartRow[] {
  const path = new RegExp(`^argocd/[^/]+/platform/${environment}-[^/]+\\.yaml$`);
  return [...files]
    .filter(([name]) => path.test(name))
    .map(([, text]) => {
      const body: JsonObject = parse(text);
      const source = asObject(asObject(body["spec"])["source"]);
      const [name = "", version = "", address = ""] = ["chart", "targetRevision", "repoURL"].map((key) => {
        const value = source[key];
        return typeof value === "string" ? value : "";
      });
      const read = chartImages({ name, version }, { grafana: values.monitoring.dashboards });
      const pulled = (read?.images ?? []).map((from) => ({ from, to: fromRegistry(values, from) }));
      return { environment, name, version, address, source: read?.source, pulled };
    });
}

function chartLines({ environment, name, version, address, source, pulled }: ChartRow): string {
  return [
    `${environment}: chart ${name} ${version}`,
    `  ${address}; no digest was read: docs/install.md says how to keep one`,
    ...pulled.map(({ to }) => `  runs ${to}`),
    ...(source === undefined ? [] : [`  by tag, from ${source}`]),
  ].join("\n");
}

function imageNames<Images extends object>(published: Images): (keyof Images & string)[] {
  return Object.keys(published)
    .filter((name): name is keyof Images & string => name in published)
    .toSorted(compareText);
}
