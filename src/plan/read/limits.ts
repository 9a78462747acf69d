/**
 * What the plan reads at most. A tree is written by whoever opens a pull request, so each of these is reachable on
 * purpose; beyond one of them the verdict is `refused`, since what was not read cannot be called safe.
 */
export interface Limits {
  /** Files of one side that are looked at. */
  readonly files: number;
  /** Bytes of one file; the API server takes 3 MiB in one request, a bundle of definitions is larger. */
  readonly fileBytes: number;
  /** Bytes of all files that are read, both sides together. */
  readonly totalBytes: number;
  /** Objects of both sides together. */
  readonly objects: number;
  /** Maps and lists inside one another; the API server's own JSON reader stops at 10,000, real objects below 60. */
  readonly depth: number;
  /** Times that YAML aliases of one document may be resolved. */
  readonly aliases: number;
  /** Milliseconds until the plan gives up, in the middle of whatever it does. */
  readonly time: number;
  /** Bytes of memory of the whole process, looked at for each file: YAML takes many times its size. */
  readonly memory: number;
}

/** The limits of the command. */
export const limits: Limits = {
  files: 200_000,
  fileBytes: 6 * 2 ** 20,
  totalBytes: 128 * 2 ** 20,
  objects: 100_000,
  depth: 100,
  aliases: 100,
  time: 60_000,
  memory: 2 ** 30,
};

/** A tree that goes beyond a limit, or that cannot be read to its end: the verdict is `refused`. */
export class LimitError extends Error {
  override readonly name = "LimitError";
}

/** Counts what was read of both sides and throws a LimitError where it is too much. */
export interface Meter {
  readonly limits: Limits;
  /** Adds the bytes of a content that is about to be read; one that was read before counts once. */
  bytes(path: string, id: string, count: number): void;
  /** Adds objects, and looks at the memory. */
  objects(count: number): void;
}

/** Throws a LimitError that says what there was too much of. */
export function stop(what: string): never {
  throw new LimitError(`${what}: the plan stops here, what it has not read cannot be called safe`);
}

/** Returns a meter that starts now. */
export function startMeter(
  allowed: Limits = limits,
  memory: () => number = () => process.memoryUsage.rss(),
): Meter {
  const seen = new Set<string>();
  let bytes = 0;
  let objects = 0;
  return {
    limits: allowed,
    bytes(path, id, count) {
      if (count > allowed.fileBytes)
        stop(`${path} has ${count} bytes, at most ${allowed.fileBytes} are read`);
      if (seen.has(id)) return;
      seen.add(id);
      bytes += count;
      if (bytes > allowed.totalBytes) stop(`the trees have more than ${allowed.totalBytes} bytes`);
    },
    objects(count) {
      objects += count;
      if (objects > allowed.objects) stop(`the trees have more than ${allowed.objects} objects`);
      if (memory() > allowed.memory)
        stop(`reading takes more than ${Math.round(allowed.memory / 2 ** 20)} MiB of memory`);
    },
  };
}
