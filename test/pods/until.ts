import { setTimeout as delay } from "node:timers/promises";

/** Waits until a condition holds; throws an Error with what was waited for after so many seconds. */
export async function until(
  what: () => string,
  condition: () => boolean | Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what()} (waited ${seconds} s)`);
    await delay(10);
  }
}
