import { chmod, cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { address, cached, cacheRoot } from "../cluster/tools/cache.ts";
import { provideProgram } from "../cluster/tools/build.ts";
import type { Program } from "../cluster/tools/catalogue.ts";
import { unpackWheel } from "../cluster/tools/wheel.ts";

const actionlint: Program = {
  name: "actionlint",
  module: "github.com/rhysd/actionlint",
  version: "1.7.12",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  tags: [],
  variables: {},
};

const zizmor = { package: "zizmor", version: "1.32.0" } as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Returns the path of actionlint, built once per machine from its Go module. */
export async function provideActionlint(): Promise<string> {
  return await provideProgram(actionlint, say);
}

/** Returns the path of zizmor, which lies in a wheel of PyPI; it is brought once per machine. */
export async function provideZizmor(): Promise<string> {
  const folder = await cached(cacheRoot(), address("zizmor", zizmor), async (unfinished) => {
    say(`zizmor ${zizmor.version} from PyPI`);
    await unpackWheel(unfinished, zizmor);
    const unpacked = join(unfinished, "unpacked");
    const data = (await readdir(unpacked)).find((name) => name.endsWith(".data")) ?? "";
    await cp(join(unpacked, data, "scripts/zizmor"), join(unfinished, "zizmor"));
    await chmod(join(unfinished, "zizmor"), 0o755);
    await rm(unpacked, { recursive: true });
  });
  return join(folder, "zizmor");
}
