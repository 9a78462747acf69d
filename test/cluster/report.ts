import type { SuiteRun, SuiteRuns } from "./proof.ts";

/** The page that tells what the last run of each suite has proven, in Markdown. */
export function report(runs: SuiteRuns): string {
  return [
    "# What was proven on a real control plane",
    "",
    "Written by `npm run test:cluster`, which runs every suite, or by `npm run test:cluster -- --write SUITE`, which replaces",
    "what one has proven. Do not edit: run it again.",
    "",
    "etcd, the API server, the controller manager, the scheduler, Argo CD and kustomize are the real programs, as are",
    "prometheus-operator, promtool, KEDA, External Secrets and Traefik where a claim names them: all of them were built from",
    "their Go modules and are pinned in `test/cluster/tools/catalogue.ts`. Nodes, the start of containers and the making of volumes",
    "are KWOK's. In the syncs the test sets the status that controllers would set which do not run there (cert-manager,",
    "External Secrets, KEDA, Traefik, the autoscaler's metrics), and each claim says of how many objects.",
    "",
    "Not tried: cert-manager itself, images and what runs in them (KWOK's pods run nothing), a Prometheus behind KEDA,",
    "charts, clusters of a cloud. Traefik 3.7.12 and 3.7.13 lack modules. External Secrets is 0.19.2 with its own definitions;",
    "the objects are admitted with those of 1.3.2.",
    "",
    ...Object.entries(runs).flatMap(([suite, run]) => section(suite, run)),
  ].join("\n");
}

function section(suite: string, { commit, date, failures, proofs }: SuiteRun): readonly string[] {
  const rows = proofs.map(
    ({ claim, against, count, pods }) =>
      `| ${claim} | ${count} | ${podWords[pods]} | ${against.join(", ")} |`,
  );
  return [
    `## ${suite}`,
    "",
    `On ${date} at commit ${commit}${failures.length === 0 ? "; every test passed" : ""}.`,
    "",
    ...(failures.length === 0
      ? []
      : ["**Not proven**, since these tests did not pass:", "", ...failures.map((name) => `- ${name}`), ""]),
    ...(rows.length === 0
      ? []
      : ["| Claim | Count | Pods behind it | Against |", "| --- | --- | --- | --- |", ...rows, ""]),
  ];
}

const podWords = { none: "none", KWOK: "simulated (KWOK)", real: "real" } as const;
