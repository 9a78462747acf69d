import type { Proof } from "./proof.ts";

/** When and on what a run was made. */
export interface Run {
  /** Commit of the repository. */
  readonly commit: string;
  /** Day of the run, as in 2026-01-31. */
  readonly date: string;
  /** Names of the tests that did not pass. */
  readonly failures: readonly string[];
}

/** The page that tells what a full run has proven, in Markdown. */
export function report(proofs: readonly Proof[], { commit, date, failures }: Run): string {
  const rows = proofs.map(
    ({ claim, against, count, pods }) =>
      `| ${claim} | ${count} | ${podWords[pods]} | ${against.join(", ")} |`,
  );
  return [
    "# What was proven on a real control plane",
    "",
    `Written by \`npm run test:cluster\` on ${date} at commit ${commit}. Do not edit: run it again.`,
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
    ...(failures.length === 0
      ? ["Every test of the run passed.", ""]
      : [
          "**Not proven by this run**, since these tests did not pass:",
          "",
          ...failures.map((name) => `- ${name}`),
          "",
        ]),
    "| Claim | Count | Pods behind it | Against |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

const podWords = { none: "none", KWOK: "simulated (KWOK)", real: "real" } as const;
