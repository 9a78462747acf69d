import { createRequire } from "node:module";
import type * as Yaml from "yaml";

let loaded: typeof Yaml | undefined;

/** Returns the general YAML library, loaded when it is first asked for: most plans read and print without it. */
export function generalYaml(): typeof Yaml {
  // A declared type instead of an assertion: what require returns has none.
  const require: (name: "yaml") => typeof Yaml = createRequire(import.meta.url);
  loaded ??= require("yaml");
  return loaded;
}
