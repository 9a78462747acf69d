import { z } from "zod";

const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const schema = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata });

/** An object as the API server takes and gives it; everything beyond identity and metadata is looked at with `at`. */
export type KubernetesObject = z.infer<typeof schema>;

/** The object in parsed YAML or JSON. Throws when it has no apiVersion, kind or name. */
export function toObject(value: unknown): KubernetesObject {
  return schema.parse(value);
}

/** The value at a path of keys and indexes, or undefined where the path leads nowhere. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );
}

/** The list at a path, empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The name under which messages and reports mention an object. */
export function nameOf({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** Status of a condition of an object: True, False, Unknown, or undefined when absent. */
export function conditionOf(object: KubernetesObject | undefined, type: string): unknown {
  return at(findCondition(object, type), "status");
}

/** Message of a condition of an object, or undefined when absent. */
export function conditionMessage(object: KubernetesObject | undefined, type: string): string | undefined {
  const message = at(findCondition(object, type), "message");
  return typeof message === "string" ? message : undefined;
}

function findCondition(object: KubernetesObject | undefined, type: string): unknown {
  return listAt(object, "status", "conditions").find((condition) => at(condition, "type") === type);
}
