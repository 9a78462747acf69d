import { compareText } from "../kubernetes/text.ts";
import { render } from "../render.ts";
import { applicationImage, imageReference } from "../system/images.ts";
import { type Command, environmentOption, textOption } from "./command.ts";

/** A digest that nobody read anywhere: it marks an image that is not published yet. */
const placeholder = `sha256:${"0".repeat(64)}`;

/** Lists every image of every environment with the place where its digest was read; placeholders are findings. */
export const images: Command = {
  usage: `usage: npm run images [-- --environment NAME]

Lists the images of every environment, or one, each with the public place where its digest was read.
Ends with 1 when a digest is a placeholder.`,
  options: environmentOption,
  async run(call) {
    const { environments } = await render(call.root, textOption(call, "environment"));
    const rows = environments.flatMap(({ name, values, release }) => [
      {
        name,
        reference: applicationImage(values, release),
        source:
          release.digest === placeholder ? "PLACEHOLDER: set the digest in release.yaml" : "release.yaml",
      },
      ...imageNames(values.images).map((image) => ({
        name,
        reference: imageReference(values, image),
        source:
          values.images[image].digest === placeholder
            ? "PLACEHOLDER: set the digest in base/values.yaml"
            : values.images[image].source,
      })),
    ]);
    for (const { name, reference, source } of rows) call.output.print(`${name}: ${reference}\n  ${source}`);
    return rows.some(({ source }) => source.startsWith("PLACEHOLDER")) ? 1 : 0;
  },
};

function imageNames<Images extends object>(published: Images): (keyof Images & string)[] {
  return Object.keys(published)
    .filter((name): name is keyof Images & string => name in published)
    .toSorted(compareText);
}
