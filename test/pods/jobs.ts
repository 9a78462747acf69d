import type { Cluster } from "./cluster.ts";
import { until } from "./until.ts";

/** How a run of a CronJob's pod ended and what its last container wrote. */
export interface JobResult {
  readonly code: number | undefined;
  readonly log: string;
}

/** Runs the pod of a CronJob's next run to its end. */
export async function runJob(cluster: Cluster, name: string, container: string): Promise<JobResult> {
  await cluster.create([name]);
  const pod = cluster.pod(name);
  await until(
    () => `${name} does not end: ${pod.log(container)}`,
    () => pod.failure() !== undefined || pod.exits(container).length > 0,
  );
  await cluster.remove([name]);
  return { code: pod.exits(container)[0], log: pod.log(container) };
}

/** Runs the pod of a CronJob's next run; throws an Error with its log when it fails. */
export async function mustRunJob(cluster: Cluster, name: string, container: string): Promise<void> {
  const { code, log } = await runJob(cluster, name, container);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${log}`);
}
