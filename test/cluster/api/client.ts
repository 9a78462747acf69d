import { expectSuccess, isSuccess, messageOf } from "./answer.ts";
import { at, listAt, nameOf, toObject, type KubernetesObject } from "./object.ts";
import { limited, shown } from "../limit.ts";
import { call, type ApiRequest, type ApiResponse, type Connection } from "./request.ts";
import { follow, objectsOf } from "./watch.ts";

/** What an API server said to a write: the object it stored, or why it did not. */
export interface Answer {
  readonly object: KubernetesObject | undefined;
  /** The server's message when it refused, else undefined. */
  readonly refusal: string | undefined;
  readonly warnings: readonly string[];
}

/** Identity of an object, without which it can be read. */
export interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** One account's view of one API server. */
export interface Client {
  readonly connection: Connection;
  readonly call: (request: ApiRequest) => Promise<ApiResponse>;
  /** The name of a kind in paths, and whether its objects lie in namespaces. Throws when the server has no such kind. */
  readonly kindOf: (
    apiVersion: string,
    kind: string,
  ) => Promise<{ readonly plural: string; readonly namespaced: boolean }>;
  /** Server-side apply with strict field validation, as the field manager named. */
  readonly apply: (object: KubernetesObject, manager?: string) => Promise<Answer>;
  /** The same without storing anything, as `kubectl apply --server-side --dry-run=server` asks it. */
  readonly admit: (object: KubernetesObject) => Promise<Answer>;
  readonly get: (reference: Reference) => Promise<KubernetesObject | undefined>;
  readonly list: (
    apiVersion: string,
    kind: string,
    namespace?: string,
  ) => Promise<readonly KubernetesObject[]>;
  /** Merge patch of the object, or of its status. Throws when refused. */
  readonly patch: (reference: Reference, patch: unknown, subresource?: string) => Promise<KubernetesObject>;
  /** Deletes the object; what it owns goes in the background, or before it. */
  readonly delete: (reference: Reference, propagation?: "Background" | "Foreground") => Promise<void>;
  /** Watches one object until it is as wanted; undefined stands for an absent one. Throws after a quarter of an hour. */
  readonly until: (
    reference: Reference,
    wanted: (object: KubernetesObject | undefined) => boolean,
  ) => Promise<KubernetesObject | undefined>;
  /** All objects of a kind, now and after each change, without end. */
  readonly follow: (apiVersion: string, kind: string) => AsyncGenerator<readonly KubernetesObject[]>;
  /** Watches until no object with these labels, written as a selector, is left. */
  readonly untilNone: (apiVersion: string, kind: string, namespace: string, labels: string) => Promise<void>;
}

const defaultManager = "cluster-test";

/** The identity of an object. */
export function referenceTo({ apiVersion, kind, metadata }: KubernetesObject): Reference {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}

/** A client for one account of an API server. */
export function createClient(connection: Connection): Client {
  const kinds = new Map<string, { readonly plural: string; readonly namespaced: boolean }>();

  const kindOf = async (
    apiVersion: string,
    kind: string,
  ): Promise<{ plural: string; namespaced: boolean }> => {
    const key = `${apiVersion}/${kind}`;
    const known = kinds.get(key);
    if (known !== undefined) return known;
    const { body } = await call(connection, { method: "GET", path: rootOf(apiVersion) });
    for (const resource of listAt(body, "resources")) {
      const plural = String(at(resource, "name"));
      if (plural.includes("/")) continue;
      kinds.set(`${apiVersion}/${String(at(resource, "kind"))}`, {
        plural,
        namespaced: at(resource, "namespaced") === true,
      });
    }
    const found = kinds.get(key);
    if (found === undefined) throw new Error(`the API server serves no ${kind} of ${apiVersion}`);
    return found;
  };

  const collection = async (apiVersion: string, kind: string, namespace?: string): Promise<string> => {
    const { plural, namespaced } = await kindOf(apiVersion, kind);
    const scope = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
    return `${rootOf(apiVersion)}${scope}/${plural}`;
  };
  const pathOf = async ({ apiVersion, kind, name, namespace }: Reference): Promise<string> =>
    `${await collection(apiVersion, kind, namespace)}/${name}`;

  const apply = async (object: KubernetesObject, options: string): Promise<Answer> => {
    const { status, body, warnings } = await call(connection, {
      method: "PATCH",
      path: `${await pathOf(referenceTo(object))}?${options}&force=true&fieldValidation=Strict`,
      body: object,
      contentType: "application/apply-patch+yaml",
    });
    // Two writers counted in one quota at once: the server asks the second one to come again, as Argo CD's retry does.
    const isAskedAgain =
      at(body, "reason") === "Conflict" && at(body, "details", "kind") === "resourcequotas";
    if (isAskedAgain) return await apply(object, options);
    return isSuccess(status)
      ? { object: toObject(body), refusal: undefined, warnings }
      : { object: undefined, refusal: messageOf(body), warnings };
  };

  const client: Client = {
    connection,
    kindOf,
    call: async (request) => await call(connection, request),
    apply: async (object, manager = defaultManager) => await apply(object, `fieldManager=${manager}`),
    admit: async (object) => await apply(object, `fieldManager=${defaultManager}&dryRun=All`),
    get: async (reference) => {
      const { status, body } = await call(connection, { method: "GET", path: await pathOf(reference) });
      if (status === 404) return undefined;
      return toObject(expectSuccess(status, body));
    },
    list: async (apiVersion, kind, namespace) => {
      const { status, body } = await call(connection, {
        method: "GET",
        path: await collection(apiVersion, kind, namespace),
      });
      return objectsOf(expectSuccess(status, body));
    },
    patch: async (reference, patch, subresource) => {
      const suffix = subresource === undefined ? "" : `/${subresource}`;
      const { status, body } = await call(connection, {
        method: "PATCH",
        path: `${await pathOf(reference)}${suffix}`,
        body: patch,
        contentType: "application/merge-patch+json",
      });
      return toObject(expectSuccess(status, body));
    },
    delete: async (reference, propagation = "Background") => {
      const { status, body } = await call(connection, {
        method: "DELETE",
        path: `${await pathOf(reference)}?propagationPolicy=${propagation}`,
      });
      if (status !== 404) expectSuccess(status, body);
    },
    until: async (reference, wanted) => {
      const list = await collection(reference.apiVersion, reference.kind, reference.namespace);
      const path = `${list}?fieldSelector=metadata.name%3D${reference.name}`;
      const what = `${reference.kind}/${reference.name}`;
      return (await firstWhere(what, follow(connection, path), (found) => wanted(found[0])))[0];
    },
    async *follow(apiVersion, kind) {
      yield* follow(connection, await collection(apiVersion, kind));
    },
    untilNone: async (apiVersion, kind, namespace, labels) => {
      const list = await collection(apiVersion, kind, namespace);
      await firstWhere(
        `no ${kind} with ${labels} in ${namespace}`,
        follow(connection, `${list}?labelSelector=${encodeURIComponent(labels)}`),
        (found) => found.length === 0,
      );
    },
  };
  return client;
}

/** Applies and throws with the server's message when the object is refused. */
export async function applied(
  client: Client,
  object: KubernetesObject,
  manager?: string,
): Promise<KubernetesObject> {
  const { object: stored, refusal } = await client.apply(object, manager);
  if (stored === undefined) throw new Error(`${nameOf(object)}: ${refusal}`);
  return stored;
}

/** The first state that is as wanted. Throws when it does not come in a quarter of an hour. */
export async function firstWhere<T>(
  what: string,
  states: AsyncGenerator<T>,
  wanted: (state: T) => boolean | Promise<boolean>,
): Promise<T> {
  let last: T | undefined;
  const search = async (): Promise<T> => {
    for await (const state of states) {
      last = state;
      if (await wanted(state)) return state;
    }
    throw new Error("the watch ended");
  };
  return await limited({ what, lastSeen: () => shown(last) }, search());
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
