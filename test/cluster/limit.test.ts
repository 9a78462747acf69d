import { expect, test } from "vitest";
import { limited, shown } from "./limit.ts";

test("a wait that never ends is ended with what it was for and what was seen last", async () => {
  const never = new Promise<never>(() => undefined);
  const seen = { status: "Progressing" };
  await expect(
    limited({ what: "Application/production", lastSeen: () => shown(seen) }, never, 10),
  ).rejects.toThrow('waited 0.01 s for Application/production; last seen: {"status":"Progressing"}');
});

test("a wait that ends in time gives its result, or its own error", async () => {
  const waiting = { what: "it", lastSeen: () => "" };
  expect(await limited(waiting, Promise.resolve(3))).toBe(3);
  await expect(limited(waiting, Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});

test("what was seen is cut to a length that can be read", () => {
  expect(shown("x".repeat(10_000))).toHaveLength(4001);
  expect(shown(undefined)).toBe("nothing");
});
