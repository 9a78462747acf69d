import { at, listAt, nameOf, toObject, type KubernetesObject } from "./object.ts";
import { call, linesOf, open, type Connection } from "./request.ts";
import { expectSuccess } from "./answer.ts";

/**
 * Follows a collection: what it holds now, then once more after each change, without end. When the server ends a
 * watch, as it does now and then, or no longer knows where it began, the collection is listed again.
 */
export async function* follow(
  connection: Connection,
  path: string,
): AsyncGenerator<readonly KubernetesObject[]> {
  const separator = path.includes("?") ? "&" : "?";
  for (;;) {
    const { status, body } = await call(connection, { method: "GET", path });
    const items = objectsOf(expectSuccess(status, body));
    const current = new Map(items.map((item) => [nameOf(item), item]));
    yield [...current.values()];
    const version = String(at(body, "metadata", "resourceVersion"));
    const watch = await open(connection, {
      method: "GET",
      path: `${path}${separator}watch=true&resourceVersion=${version}`,
    });
    if (watch.statusCode !== 200) {
      watch.resume();
      continue;
    }
    for await (const line of linesOf(watch)) {
      const event: unknown = JSON.parse(line);
      if (at(event, "type") === "ERROR") break;
      const object = toObject(at(event, "object"));
      if (at(event, "type") === "DELETED") current.delete(nameOf(object));
      else current.set(nameOf(object), object);
      yield [...current.values()];
    }
  }
}

/** The objects of a list; its items carry neither apiVersion nor kind, the list's kind tells both. */
export function objectsOf(list: unknown): readonly KubernetesObject[] {
  const kind = String(at(list, "kind")).replace(/List$/u, "");
  return listAt(list, "items").map((item) =>
    toObject(Object.assign({ apiVersion: at(list, "apiVersion"), kind }, item)),
  );
}
