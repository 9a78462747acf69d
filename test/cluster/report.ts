import type { Proof } from "./proof.ts";

/** When and on what a run was made. */
export interface Run {
  /** Commit of the repository. */
  readonly commit: string;
  /** Day of the run, as in 2026-01-31. */
  readonly date: string;
}

/** The page that tells what a full run has proven, in Markdown. */
export function report(proofs: readonly Proof[], { commit, date }: Run): string {
  const rows = proofs.map(
    ({ claim, against, count, pods }) =>
      `| ${claim} | ${count} | ${podWords[pods]} | ${against.join(", ")} |`,
  );
  return [
    "# What was proven on a real control plane",
    "",
    `Written by \`npm run test:cluster\` on ${date} at commit ${commit}. Do not edit: run it again.`,
    "",
    "etcd, the API server, the controller manager, the scheduler, Argo CD and kustomize are the real programs. Nodes, the",
    "start of containers and the making of volumes are KWOK's. Controllers that do not run here (cert-manager, External",
    "Secrets, KEDA, Traefik, the autoscaler's metrics) are stood in for: the test sets the status that they would set,",
    "and each claim names those objects.",
    "",
    "| Claim | Count | Pods behind it | Against |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

const podWords = { none: "none", KWOK: "simulated (KWOK)", real: "real" } as const;
