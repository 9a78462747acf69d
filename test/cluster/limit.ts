/**
 * How long one condition may take to come true: 15 minutes, in milliseconds. It is many times what the slowest machine
 * needed, so conditions decide and the limit only ends a hang.
 */
export const patience = 15 * 60_000;

/** What a wait is for, and what was there when it was last looked at. */
export interface Waiting {
  readonly what: string;
  /** Absent where there is nothing to see before the end. */
  readonly lastSeen?: () => string;
}

/** The result of a wait. Throws after `limit` milliseconds, with what was waited for and what was seen last. */
export async function limited<T>(
  { what, lastSeen }: Waiting,
  work: Promise<T>,
  limit: number = patience,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new Error(`waited ${limit / 1000} s for ${what}; last seen: ${lastSeen?.() ?? "nothing"}`)),
      limit,
    );
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
}

/** Text of whatever was seen, cut to what a message can hold. */
export function shown(seen: unknown): string {
  const text = JSON.stringify(seen) ?? "nothing";
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

const longest = 4000;
