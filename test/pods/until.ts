import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until a condition holds; throws an Error with what was waited for after so many seconds. The limit only ends a
 * wait that would never end: a slow machine is slow and not red.
 */
export async function until(
  what: () => string,
  condition: () => boolean | Promise<boolean>,
  seconds = 240,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const held = condition();
    if (await held) return;
    if (Date.now() > end) throw new Error(`${what()} (waited ${seconds} s)`);
    // A condition that is a promise starts programs in a pod: asked more often, it would slow what it waits for.
    await delay(typeof held === "boolean" ? 10 : 100);
  }
}
