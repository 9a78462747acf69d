import { parse } from "yaml";
import { asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";
import type { Files } from "../output/layout.ts";
import { render, type RenderedEnvironment } from "../render.ts";
import { applicationImage, imageReference } from "../system/images.ts";
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
  usage: `usage: npm run images -- [--environment NAME] [--mirror]

Lists the images of every environment, or one, each with the public place where its digest was read, and the charts that
Argo CD installs. Ends with 1 when a digest is a placeholder.

  --mirror  instead: a line for each image, its public reference by digest and the one in the environment's registry`,
  options: { ...environmentOption, mirror: { type: "boolean" } },
  async run({ root, options, output }) {
    const { environments } = await render(root, textOption({ options }, "environment"));
    const rows = environments.flatMap(rowsOf);
    if (options["mirror"] === true) {
      for (const row of rows.filter((one) => !isUnknown(one)))
        output.print(`${row.origin} ${row.reference.replace(/@.*/, "")}`);
      for (const { reference } of rows.filter(isUnknown))
        output.warn(`${reference}: the digest is a placeholder`);
    } else {
      for (const { environment, reference, source } of rows)
        output.print(`${environment}: ${reference}\n  ${source}`);
      // What Argo CD installs is known of all environments together.
      const { files } = await render(root);
      for (const { name } of environments) for (const line of chartsOf(name, files)) output.print(line);
    }
    return rows.some(isUnknown) ? 1 : 0;
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

function chartsOf(environment: string, files: Files): string[] {
  const path = new RegExp(`^argocd/[^/]+/platform/${environment}-[^/]+\\.yaml$`);
  return [...files]
    .filter(([name]) => path.test(name))
    .map(([, text]) => {
      const body: JsonObject = parse(text);
      const source = asObject(asObject(body["spec"])["source"]);
      const [chart, version, address] = ["chart", "targetRevision", "repoURL"].map((key) => {
        const value = source[key];
        return typeof value === "string" ? value : "";
      });
      return `${environment}: chart ${chart} ${version}\n  ${address}; no digest was read: docs/install.md says how to keep one`;
    });
}

function imageNames<Images extends object>(published: Images): (keyof Images & string)[] {
  return Object.keys(published)
    .filter((name): name is keyof Images & string => name in published)
    .toSorted(compareText);
}
