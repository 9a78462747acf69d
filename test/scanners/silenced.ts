/** A rule of another program that is switched off here, why, and the rule of this repository that judges the risk. */
export interface Silenced {
  readonly program: "kube-score" | "checkov";
  readonly rule: string;
  readonly why: string;
  /** Id of the rule below src/checks whose tests cover what is left of the risk. */
  readonly judge: string;
}

/** At most ten, so that a new one is a decision. */
export const silenced: readonly Silenced[] = [
  {
    program: "kube-score",
    rule: "container-image-pull-policy",
    why: "every image is named by its digest: what a node has under it is what the registry has",
    judge: "pod-security",
  },
  {
    program: "kube-score",
    rule: "container-security-context-user-group-id",
    why: "the images' own users (999, 1000) own their files; none is root, and none may become it",
    judge: "pod-security",
  },
  {
    program: "kube-score",
    rule: "container-ephemeral-storage-request-and-limit",
    why: "the LimitRange gives every container both, and every scratch volume has a limit",
    judge: "pod-resources",
  },
  {
    program: "kube-score",
    rule: "pod-probes",
    why: "the pods that hold the backups' volumes serve nobody, so nobody waits for them to be ready",
    judge: "probes",
  },
  {
    program: "kube-score",
    rule: "pod-probes-identical",
    why: "the pooler has one question to answer, whether it accepts connections; liveness asks it more patiently",
    judge: "probes",
  },
  {
    program: "checkov",
    rule: "CKV_K8S_40",
    why: "as container-security-context-user-group-id of kube-score",
    judge: "pod-security",
  },
  {
    program: "checkov",
    rule: "CKV_K8S_8",
    why: "asks every container; exporters and reloaders serve no client, and killing them mends nothing",
    judge: "probes",
  },
  {
    program: "checkov",
    rule: "CKV_K8S_9",
    why: "asks every container; an exporter that is not ready must not take its database out of the Service",
    judge: "probes",
  },
  {
    program: "checkov",
    rule: "CKV_K8S_35",
    why: "the application reads its settings from variables, as the deployment guide has it; each is named, none is a whole Secret",
    judge: "secret-use",
  },
];
