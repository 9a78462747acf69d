import { render } from "../render.ts";
import { applicationImage } from "../system/images.ts";
import type { Task } from "./task.ts";

/** Sets the outputs `reference`, the application's image in the environment ENVIRONMENT by digest, and `version`. */
export const image: Task = async ({ root, runner, output }) => {
  const { environments } = await render(root, runner.input("ENVIRONMENT"));
  for (const { values, release } of environments) {
    const reference = applicationImage(values, release).replace(/:[^:@/]+@/, "@");
    runner.setOutput("reference", reference);
    runner.setOutput("version", release.version);
    output.print(reference);
  }
  return 0;
};
