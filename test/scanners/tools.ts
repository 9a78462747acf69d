import { join } from "node:path";
import { $ } from "zx";
import { provideProgram } from "../cluster/tools/build.ts";
import { address, cached, cacheRoot } from "../cluster/tools/cache.ts";
import type { Program } from "../cluster/tools/catalogue.ts";

const kubeconform: Program = {
  name: "kubeconform",
  module: "github.com/yannh/kubeconform",
  version: "0.8.0",
  package: "github.com/yannh/kubeconform/cmd/kubeconform",
  tags: [],
  variables: {},
};

const kubeScore: Program = {
  name: "kube-score",
  module: "github.com/zegl/kube-score",
  version: "1.20.0",
  package: "github.com/zegl/kube-score/cmd/kube-score",
  tags: [],
  variables: {},
};

/** Checkov, pinned; a virtual environment of its own keeps its many dependencies away from the machine's Python. */
const checkov = { package: "checkov", version: "3.3.30" } as const;

type Say = (line: string) => void;

/** Returns the path of kubeconform, built once into the cache. */
export async function provideKubeconform(say: Say): Promise<string> {
  return await provideProgram(kubeconform, say);
}

/** Returns the path of kube-score, built once into the cache. */
export async function provideKubeScore(say: Say): Promise<string> {
  return await provideProgram(kubeScore, say);
}

/** Returns the path of checkov, installed once into the cache. */
export async function provideCheckov(say: Say): Promise<string> {
  const name = `${checkov.package}-${checkov.version}`;
  const folder = await cached(cacheRoot(), address(name, checkov), async (unfinished) => {
    say(`installing ${name} from PyPI`);
    const run = $({ cwd: unfinished, quiet: true });
    await run`python3 -m venv venv`;
    await run`venv/bin/pip install --quiet --disable-pip-version-check ${`${checkov.package}==${checkov.version}`}`;
  });
  // The environment was made under another name, which its scripts' first lines still hold: call it by its module.
  return join(folder, "venv", "bin", "python");
}
