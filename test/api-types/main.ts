import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parse, parseAllDocuments } from "yaml";
import { repository } from "../repository.ts";
import { provideFiles } from "../cluster/tools/build.ts";
import { moduleFiles, type ModuleFilesName } from "../cluster/tools/catalogue.ts";
import { findGo } from "../cluster/tools/go.ts";
import { downloadModule } from "../cluster/tools/module.ts";
import { addCustom, customVersions } from "./custom.ts";
import { addBuiltIn, type Release, reachable, type Types } from "./built-in.ts";

/** Releases of k8s.io/client-go, one for each minor version of Kubernetes since the deployment guide's floor. */
const releases = [
  "0.25.9",
  "0.26.9",
  "0.27.3",
  "0.28.8",
  "0.29.15",
  "0.30.14",
  "0.31.14",
  "0.32.13",
  "0.33.13",
  "0.34.13",
  "0.35.10",
  "0.36.6",
  "0.37.2",
] as const;

const customResources: readonly ModuleFilesName[] = [
  "argocdCrds",
  "certManagerCrds",
  "externalSecretsCrds",
  "kedaCrds",
  "prometheusOperatorCrds",
  "traefikCrds",
];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Writes src/checks/api-types.json: the fields of the kinds that this repository renders, each with its first minor. */
const types: Types = new Map();
const go = await findGo(say);
for (const release of releases) {
  const { folder } = await downloadModule(go, "k8s.io/client-go", release, tmpdir());
  const source = await readFile(join(folder, "applyconfigurations/internal/internal.go"), "utf8");
  const [, schema = ""] = source.split("YAMLObject(`");
  const parsed: Release = parse(schema.slice(0, schema.indexOf("`)")));
  addBuiltIn(types, parsed, Number(release.split(".")[1]));
}
const custom = new Map<string, string>();
for (const name of customResources) {
  const folder = await provideFiles(moduleFiles[name], say);
  for (const file of (await readdir(folder)).filter((entry) => /\.ya?ml$/.test(entry)).toSorted()) {
    for (const document of parseAllDocuments(await readFile(join(folder, file), "utf8")))
      for (const version of customVersions(document.toJS()))
        custom.set(version.id, addCustom(types, version));
  }
}
await writeFile(
  join(repository, "src/checks/api-types.json"),
  `${JSON.stringify(reachable(types, custom), undefined, 1)}\n`,
);
