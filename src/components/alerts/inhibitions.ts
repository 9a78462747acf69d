/** An alert that makes others pointless while it fires. */
export interface Inhibition {
  readonly cause: string;
  readonly mutes: readonly string[];
  /**
   * Labels, beside the namespace, in which both have to agree. Each must exist on both: Alertmanager takes a label
   * that is missing on both sides as equal.
   */
  readonly equal: readonly string[];
}

/** Which alerts say nothing new while another one fires. Nothing mutes an alert on diverging data. */
export const inhibitions: readonly Inhibition[] = [
  {
    cause: "APGCashManagementDown",
    mutes: ["APGCashManagementPodsUnreachable", "APGApplicationMetricsMissing"],
    equal: [],
  },
  { cause: "APGAvailabilityBudgetBurnFast", mutes: ["APGAvailabilityBudgetBurnSlow"], equal: [] },
  {
    cause: "APGLatencyBudgetBurnFast",
    mutes: ["APGLatencyBudgetBurnSlow", "APGHighResponseTime"],
    equal: [],
  },
  {
    cause: "APGPostgresPrimaryMissing",
    mutes: ["APGPostgresServerDown", "APGPostgresReplicaMissing"],
    equal: [],
  },
  {
    cause: "APGPostgresReplicationSlotLost",
    mutes: ["APGPostgresReplicationSlotInactive"],
    equal: ["slot_name"],
  },
  {
    cause: "APGPostgresTransactionIdsExhausted",
    mutes: ["APGPostgresTransactionIdsAging"],
    equal: ["datname"],
  },
  { cause: "APGPgbouncerDown", mutes: ["APGPgbouncerPodDown"], equal: [] },
  { cause: "APGBackupOverdue", mutes: ["APGBackupFailed"], equal: ["cronjob"] },
  {
    cause: "APGRedisMasterMissing",
    mutes: ["APGRedisServerDown", "APGRedisReplicaMissing", "APGRedisReplicaLinkDown"],
    equal: [],
  },
  { cause: "APGRedisMemoryUsageHigh", mutes: ["APGRedisKeysEvicted"], equal: ["pod"] },
  { cause: "APGVolumeAlmostFull", mutes: ["APGVolumeFillingUp"], equal: ["persistentvolumeclaim"] },
  { cause: "APGCertificateExpiring", mutes: ["APGCertificateNotRenewed"], equal: ["name"] },
];
