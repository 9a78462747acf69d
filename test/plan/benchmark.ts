/*
 * Prints how long a plan takes, the whole process from its start to its end: of this repository's working copy, and of
 * a repository with a thousand environments of which five hundred files change. Nothing here passes or fails: a time
 * says something only beside the machine that it was taken on.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const environments = 1000;
const changedFiles = 500;
const runs = 5;
const model = "production";
// As `npm run plan` in package.json: room for what lives shortly, which would be collected several times otherwise.
const options = ["--min-semi-space-size=32"];

const tree = ["rendered/production", "argocd/vendor"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(root.length + 1), text: readFileSync(path, "utf8") };
    }),
);
const templates = tree.filter(({ path }) => path.includes(model));
// What the environments have in common: Argo CD's root, and the list of everything that it syncs.
const common = tree.filter(
  ({ path }) => /\/(?:kustomization|root)\.yaml$/.test(path) && !path.includes(model),
);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const nameOf = (index: number): string => `customer-${String(index).padStart(4, "0")}`;

function commit(mark: number, files: readonly string[]): string {
  return `commit refs/heads/main\nmark :${mark}\ncommitter benchmark <benchmark@localhost> 1700000000 +0000\ndata 1\nx\n${files.join("")}\n`;
}

// One stream for git fast-import: a blob per content, then two commits.
function history(): { readonly stream: string; readonly bytes: number } {
  const marks = new Map<string, number>();
  const blobs: string[] = [];
  let bytes = 0;
  const blob = (text: string): number => {
    const known = marks.get(text);
    if (known !== undefined) return known;
    const mark = marks.size + 1;
    marks.set(text, mark);
    const size = Buffer.byteLength(text);
    bytes += size;
    blobs.push(`blob\nmark :${mark}\ndata ${size}\n${text}\n`);
    return mark;
  };
  const line = (path: string, text: string): string => `M 100644 :${blob(text)} ${path}\n`;
  const indexes = Array.from({ length: environments }, (_, index) => index);
  const listed = (text: string): string =>
    text.replaceAll(/^- .*\n/gm, (entry) =>
      entry.includes(model) ? indexes.map((index) => entry.replaceAll(model, nameOf(index))).join("") : entry,
    );
  const base = [
    ...common
      .filter(({ path }) => !/staging|development/.test(path))
      .map(({ path, text }) => line(path, listed(text).replaceAll(/^- .*staging.*\n/gm, ""))),
    ...indexes.flatMap((index) =>
      templates.map(({ path, text }) =>
        line(path.replaceAll(model, nameOf(index)), text.replaceAll(model, nameOf(index))),
      ),
    ),
  ];
  const head = indexes.slice(0, changedFiles / 2).flatMap((index) => {
    const changed = (suffix: string, from: RegExp, to: string): string => {
      const found = templates.find(({ path }) => path.endsWith(suffix));
      if (!found || !from.test(found.text)) throw new Error(`${suffix} has nothing to change`);
      const text = found.text.replaceAll(model, nameOf(index)).replace(from, to);
      return line(found.path.replaceAll(model, nameOf(index)), text);
    };
    return [
      changed(
        "/deployment-apg-cash-management.yaml",
        /terminationGracePeriodSeconds: \d+/,
        "terminationGracePeriodSeconds: 77",
      ),
      changed("/configmap-apg-cash-management-config.yaml", /^data:$/m, 'data:\n  BENCHMARK: "1"'),
    ];
  });
  return { stream: blobs.join("") + commit(1_000_001, base) + commit(1_000_002, head), bytes };
}

function measure(title: string, cwd: string, args: readonly string[]): void {
  const command = [...options, "--import", join(root, "src/compile-cache.js"), join(root, "src/cli.ts")];
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [...command, "plan", ...args], {
      cwd,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    });
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - start) / 1000;
  }).toSorted((a, b) => a - b);
  const seconds = (index: number): string => `${(times[index] ?? 0).toFixed(2)} s`;
  print(
    `${title}: fastest ${seconds(0)}, median ${seconds(Math.floor(runs / 2))}, slowest ${seconds(runs - 1)}`,
  );
}

print(`${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${runs} runs each`);
measure("this working copy", root, []);
const folder = mkdtempSync(join(tmpdir(), "plan-benchmark-"));
try {
  const { stream, bytes } = history();
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", folder]);
  execFileSync("git", ["-C", folder, "fast-import", "--quiet"], { input: stream });
  const size = `${environments} environments of ${templates.length} files (${Math.round(bytes / 1e6)} MB), ${changedFiles} files changed`;
  for (const format of ["terminal", "json"])
    measure(`${size}, ${format}`, folder, ["--base", "main~1", "--head", "main", "--format", format]);
} finally {
  rmSync(folder, { recursive: true });
}
