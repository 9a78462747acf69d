import type { Runner } from "./runner.ts";

/** GitHub's REST API for one repository; paths are relative to it. */
export interface Api {
  /** Returns what the path holds. Throws an Error with GitHub's message for any answer that is not a success. */
  readonly get: (path: string) => Promise<unknown>;
  /** Returns the items of every page of a list. */
  readonly list: (path: string) => Promise<readonly unknown[]>;
  /** Creates or changes something. */
  readonly send: (method: "POST" | "PATCH", path: string, body: object) => Promise<unknown>;
}

/** Most items that GitHub gives on one page. */
const pageSize = 100;

/** No list here is that long; it ends a loop that a broken answer would keep going. */
const mostPages = 50;

/** Returns the API of the repository that the run belongs to, with the rights of the run's token. */
export function startApi({
  apiUrl,
  repository,
  token,
}: Pick<Runner, "apiUrl" | "repository" | "token">): Api {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${apiUrl}/repos/${repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path}: GitHub answers ${response.status}: ${text.slice(0, 500)}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    get: (path) => call("GET", path),
    list: async (path) => {
      const items: unknown[] = [];
      for (let page = 1; page <= mostPages; page++) {
        const found = await call(
          "GET",
          `${path}${path.includes("?") ? "&" : "?"}per_page=${pageSize}&page=${page}`,
        );
        if (!Array.isArray(found))
          throw new Error(`GET ${path}: GitHub answers with something that is no list`);
        items.push(...found);
        if (found.length < pageSize) return items;
      }
      throw new Error(`GET ${path}: more than ${pageSize * mostPages} items`);
    },
    send: (method, path, body) => call(method, path, body),
  };
}
