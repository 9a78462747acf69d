import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { stringify } from "yaml";
import { z } from "zod";
import { $ } from "zx";
import { repository } from "../repository.ts";
import { environmentNames, tree } from "../trees.ts";
import { writeSchemas } from "./schemas.ts";
import { silenced } from "./silenced.ts";
import { controllersPods } from "./stand-ins.ts";
import { provideCheckov, provideKubeconform, provideKubeScore } from "./tools.ts";

const usage = `npm run test:scanners

Asks kubeconform, kube-score and checkov about the four rendered trees; what they need is built and installed once, in
the user's cache folder. Ends with 1 when one of them finds something that test/scanners/silenced.ts does not name.
`;

/** What the deployment guide's own YAML came to with the same programs, measured once; the YAML itself is not ours. */
const guide = "beside it the deployment guide's YAML: checkov 72 of 473 failed, kube-score 56 critical";

/**
 * Warnings of kube-score that the rule disruption answers: it takes a spread constraint over nodes for what kube-score
 * knows as podAntiAffinity alone, and asks for two replicas in production only.
 */
const answeredWarnings = new Set([
  "deployment-has-host-podantiaffinity",
  "statefulset-has-host-podantiaffinity",
  "deployment-replicas",
]);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const run = $({ quiet: true, nothrow: true });

if (process.argv.includes("--help")) process.stdout.write(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "scanners-"));
  try {
    const findings = [...(await kubeconform(folder)), ...(await kubeScore(folder)), ...(await checkov())];
    const counts = new Map<string, number>();
    const loud = findings.filter(({ program, rule, text }) => {
      const quiet = silenced.find((one) => one.program === program && one.rule === rule);
      const key = `${program} ${rule}`;
      if (quiet) counts.set(key, (counts.get(key) ?? 0) + 1);
      else process.stdout.write(`${program}: ${rule}: ${text}\n`);
      return !quiet;
    });
    const idle = silenced.filter(({ program, rule }) => !counts.has(`${program} ${rule}`));
    for (const { program, rule } of idle)
      process.stdout.write(`${program}: ${rule}: silenced, but finds nothing\n`);
    process.stdout.write(
      `${loud.length} findings; ${silenced.length} rules silenced, which found ${findings.length - loud.length}\n${guide}\n`,
    );
    return loud.length + idle.length > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Finding {
  readonly program: string;
  readonly rule: string;
  readonly text: string;
}

async function kubeconform(folder: string): Promise<Finding[]> {
  const program = await provideKubeconform(say);
  const schemas = join(folder, "schemas");
  await writeSchemas(schemas, say);
  const location = `${schemas}/{{.ResourceKind}}_{{.Group}}_{{.ResourceAPIVersion}}.json`;
  const { stdout } =
    await run`${program} -strict -output json -summary -schema-location ${location} ${await files()}`;
  const { resources = [], summary } = z
    .object({
      resources: z.array(z.object({ filename: z.string(), status: z.string(), msg: z.string() })).optional(),
      summary: z.object({ valid: z.int(), invalid: z.int(), errors: z.int(), skipped: z.int() }),
    })
    .parse(JSON.parse(stdout));
  process.stdout.write(
    `kubeconform: ${summary.valid} valid, ${summary.invalid + summary.errors} not, ${summary.skipped} skipped\n`,
  );
  return resources.map(({ filename, status, msg }) => ({
    program: "kubeconform",
    rule: status,
    text: `${filename}: ${msg}`,
  }));
}

async function kubeScore(folder: string): Promise<Finding[]> {
  const program = await provideKubeScore(say);
  const found: Finding[] = [];
  const warnings = new Map<string, number>();
  let asked = 0;
  for (const environment of environmentNames) {
    const pods = join(folder, `${environment}.yaml`);
    await writeFile(
      pods,
      controllersPods(tree(environment))
        .map((pod) => stringify(pod))
        .join("---\n"),
    );
    const { stdout } = await run`${program} score --output-format json ${await files(environment)} ${pods}`;
    const objects = z
      .array(
        z.object({
          object_name: z.string(),
          file_name: z.string().optional(),
          checks: z.array(
            z.object({
              check: z.object({ id: z.string() }),
              grade: z.number(),
              skipped: z.boolean(),
              comments: z.array(z.object({ summary: z.string() })).nullable(),
            }),
          ),
        }),
      )
      .parse(JSON.parse(stdout));
    for (const { object_name: name, checks } of objects) {
      // The pods of StatefulSets are only there to be selected: they are judged where they are made.
      if (name.startsWith("Pod/")) continue;
      asked += checks.length;
      for (const { check, grade, skipped, comments } of checks) {
        // 1 is critical and 5 a warning, as the program itself counts.
        if (skipped) continue;
        if (grade === 5) warnings.set(check.id, (warnings.get(check.id) ?? 0) + 1);
        if (grade === 1)
          found.push({
            program: "kube-score",
            rule: check.id,
            text: `${environment}: ${name}: ${(comments ?? []).map(({ summary }) => summary).join("; ")}`,
          });
      }
    }
  }
  const told = [...warnings].map(([rule, count]) => `${count} ${rule}`).join(", ");
  process.stdout.write(
    `kube-score: ${asked} asked, ${found.length} critical; warnings: ${told === "" ? "none" : told}\n`,
  );
  const unknown = [...warnings.keys()].filter((rule) => !answeredWarnings.has(rule));
  return [
    ...found,
    ...unknown.map((rule) => ({ program: "kube-score", rule, text: "a warning that nothing here answers" })),
  ];
}

async function checkov(): Promise<Finding[]> {
  const program = await provideCheckov(say);
  const options = [
    "--framework",
    "kubernetes",
    "--output",
    "json",
    "--compact",
    "--quiet",
    "--skip-download",
  ];
  const { stdout } =
    await run`${program} -m checkov.main ${options} --directory ${join(repository, "rendered")}`;
  const { results, summary } = z
    .object({
      results: z.object({
        failed_checks: z.array(
          z.object({ check_id: z.string(), resource: z.string(), check_name: z.string() }),
        ),
      }),
      summary: z.object({ passed: z.int(), failed: z.int(), parsing_errors: z.int() }),
    })
    .parse(JSON.parse(stdout));
  process.stdout.write(
    `checkov: ${summary.passed} passed, ${summary.failed} failed, ${summary.parsing_errors} files not read\n`,
  );
  return results.failed_checks.map(({ check_id: rule, resource, check_name: name }) => ({
    program: "checkov",
    rule,
    text: `${resource}: ${name}`,
  }));
}

async function files(environment = ""): Promise<string[]> {
  const folder = join(repository, "rendered", environment);
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(".yaml") && !name.endsWith("kustomization.yaml"))
    .map((name) => join(folder, name))
    .toSorted();
}
