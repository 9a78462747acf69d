import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";

const hierarchy = "/sys/fs/cgroup/memory";

/**
 * Memory limits of containers, by control groups of version 1, which is what the machines of these tests have. Under
 * version 2 a container that runs the tests may hand out no memory controller, so the tests that need
 * them run only where there is version 1.
 */
export interface MemoryLimits {
  /** Folder of the group below which each container has its own. */
  readonly folder: string;
  /** Most memory that a container has had, in bytes. */
  peak(pod: string, container: string): number;
  /** How often the kernel killed a process of a container for its memory. */
  kills(pod: string, container: string): number;
  /** Removes the groups; their processes have ended. */
  remove(): void;
}

/** Whether this machine can apply memory limits here. */
export const hasMemoryGroups = existsSync(join(hierarchy, "memory.limit_in_bytes"));

/** Returns memory limits for the containers of one cluster. */
export function memoryLimits(name: string): MemoryLimits {
  const folder = join(hierarchy, `apg-pods-${process.pid}-${name}`);
  mkdirSync(folder);
  const read = (pod: string, container: string, file: string) =>
    readFileSync(join(folder, `${pod}.${container}`, file), "utf8");
  return {
    folder,
    peak: (pod, container) => Number(read(pod, container, "memory.max_usage_in_bytes")),
    kills: (pod, container) =>
      Number(/^oom_kill (\d+)$/m.exec(read(pod, container, "memory.oom_control"))?.[1]),
    remove: () => {
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory()) rmdirSync(join(folder, entry.name));
      rmdirSync(folder);
    },
  };
}
