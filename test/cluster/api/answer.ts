import { at } from "./object.ts";

/** Whether an HTTP status tells of success. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The API server's message in the body of a refusal. */
export function messageOf(body: unknown): string {
  return typeof body === "string" ? body : String(at(body, "message"));
}

/** The body of a successful answer. Throws with the server's message otherwise. */
export function expectSuccess(status: number, body: unknown): unknown {
  if (!isSuccess(status)) throw new Error(`${status} ${messageOf(body)}`);
  return body;
}
