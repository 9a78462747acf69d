import type { Json } from "../../src/kubernetes/manifest.ts";

/** What GitHub holds of one repository, as far as the workflows ask for it. */
export interface State {
  readonly pulls: Json[];
  readonly comments: Map<number, Comment[]>;
  readonly statuses: { readonly sha: string; readonly body: Readonly<Record<string, unknown>> }[];
  readonly issues: Issue[];
  /** Reviews by the number of their pull request. */
  readonly reviews: Map<number, Json[]>;
  /** Annotated tags: their objects, and the refs that point at them. */
  readonly tags: { readonly message: string; readonly object: string; readonly sha: string }[];
  readonly refs: Map<string, string>;
  /** Pull requests by the commit that they brought to the main branch. */
  readonly pullsOfCommit: Map<string, Json[]>;
}

/** A comment on an issue or a pull request. */
export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
}

/** An issue. */
export interface Issue {
  readonly number: number;
  title: string;
  body: string;
  state: string;
  readonly user: { readonly login: string; readonly type: string };
}

/** A call that the repository's API understands. */
export interface Route {
  readonly method: string;
  /** Path below the repository, with its parameters as groups. */
  readonly path: RegExp;
  /** The right that GitHub asks of the token; https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
  readonly needs: readonly [permission: string, level: "read" | "write"];
  readonly answer: (call: RouteCall) => readonly [status: number, body: unknown];
}

/** What a route is called with. */
export interface RouteCall {
  readonly state: State;
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The account that the token writes as. */
  readonly login: string;
}

const notFound = [404, { message: "Not Found" }] as const;

/** Every call that the workflows may make. */
export const routes: readonly Route[] = [
  {
    method: "GET",
    path: /^pulls$/,
    needs: ["pull-requests", "read"],
    answer: ({ state, query }) => [
      200,
      page(
        state.pulls.filter((pull) => isAsked(pull, query)),
        query,
      ),
    ],
  },
  {
    method: "GET",
    path: /^issues\/(\d+)\/comments$/,
    needs: ["pull-requests", "read"],
    answer: ({ state, parameters, query }) => [
      200,
      page(state.comments.get(Number(parameters[0])) ?? [], query),
    ],
  },
  {
    method: "POST",
    path: /^issues\/(\d+)\/comments$/,
    needs: ["pull-requests", "write"],
    answer: ({ state, parameters, body, login }) => {
      const number = Number(parameters[0]);
      const comments = state.comments.get(number) ?? [];
      const comment = { id: 1000 + comments.length, body: text(body["body"]), user: { login, type: "Bot" } };
      if (comment.body.length > 65_536)
        return [422, { message: "body is too long (maximum is 65536 characters)" }];
      state.comments.set(number, [...comments, comment]);
      return [201, comment];
    },
  },
  {
    method: "PATCH",
    path: /^issues\/comments\/(\d+)$/,
    needs: ["pull-requests", "write"],
    answer: ({ state, parameters, body }) => {
      const comment = [...state.comments.values()].flat().find(({ id }) => id === Number(parameters[0]));
      if (!comment) return notFound;
      if (text(body["body"]).length > 65_536)
        return [422, { message: "body is too long (maximum is 65536 characters)" }];
      comment.body = text(body["body"]);
      return [200, comment];
    },
  },
  {
    method: "POST",
    path: /^statuses\/([0-9a-f]{40})$/,
    needs: ["statuses", "write"],
    answer: ({ state, parameters, body }) => {
      if (text(body["description"]).length > 140) return [422, { message: "description is too long" }];
      state.statuses.push({ sha: parameters[0] ?? "", body });
      return [201, body];
    },
  },
  {
    method: "POST",
    path: /^pulls$/,
    needs: ["pull-requests", "write"],
    answer: ({ state, body, login }) => {
      const number = 200 + state.pulls.length;
      const pull = { number, title: text(body["title"]), head: { ref: text(body["head"]) }, user: { login } };
      state.pulls.push(pull);
      return [201, { ...pull, html_url: `https://github.com/datacraft/apg/pull/${number}` }];
    },
  },
  {
    method: "GET",
    path: /^commits\/([0-9a-f]{40})\/statuses$/,
    needs: ["statuses", "read"],
    answer: ({ state, parameters, query }) => [
      200,
      page(
        state.statuses.filter(({ sha }) => sha === parameters[0]).map(({ body }) => body),
        query,
      ),
    ],
  },
  {
    method: "GET",
    path: /^pulls\/(\d+)$/,
    needs: ["pull-requests", "read"],
    answer: ({ parameters }) => [200, { number: Number(parameters[0]), merged_by: { login: "merger" } }],
  },
  {
    method: "GET",
    path: /^pulls\/(\d+)\/reviews$/,
    needs: ["pull-requests", "read"],
    answer: ({ state, parameters, query }) => [
      200,
      page(state.reviews.get(Number(parameters[0])) ?? [], query),
    ],
  },
  {
    method: "POST",
    path: /^git\/tags$/,
    needs: ["contents", "write"],
    answer: ({ state, body }) => {
      const sha = String(state.tags.length + 1).padStart(40, "0");
      state.tags.push({ message: text(body["message"]), object: text(body["object"]), sha });
      return [201, { sha }];
    },
  },
  {
    method: "POST",
    path: /^git\/refs$/,
    needs: ["contents", "write"],
    answer: ({ state, body }) => {
      if (state.refs.has(text(body["ref"]))) return [422, { message: "Reference already exists" }];
      state.refs.set(text(body["ref"]), text(body["sha"]));
      return [201, body];
    },
  },
  {
    method: "GET",
    path: /^issues$/,
    needs: ["issues", "read"],
    answer: ({ state, query }) => [
      200,
      page(
        state.issues.filter(
          (one) => one.state === query.get("state") && one.user.login === query.get("creator"),
        ),
        query,
      ),
    ],
  },
  {
    method: "POST",
    path: /^issues$/,
    needs: ["issues", "write"],
    answer: ({ state, body, login }) => {
      const number = 100 + state.issues.length;
      const issue = {
        number,
        title: text(body["title"]),
        body: text(body["body"]),
        state: "open",
        user: { login, type: "Bot" },
      };
      state.issues.push(issue);
      return [201, issue];
    },
  },
  {
    method: "PATCH",
    path: /^issues\/(\d+)$/,
    needs: ["issues", "write"],
    answer: ({ state, parameters, body }) => {
      const issue = state.issues.find(({ number }) => number === Number(parameters[0]));
      if (!issue) return notFound;
      Object.assign(issue, body);
      return [200, issue];
    },
  },
  {
    method: "GET",
    path: /^commits\/([0-9a-f]{40})\/pulls$/,
    needs: ["pull-requests", "read"],
    answer: ({ state, parameters, query }) => [
      200,
      page(state.pullsOfCommit.get(parameters[0] ?? "") ?? [], query),
    ],
  },
];

/** A page of a list, as GitHub cuts it. */
export function page<Item>(items: readonly Item[], query: URLSearchParams): readonly Item[] {
  const size = Number(query.get("per_page") ?? 30);
  const number = Number(query.get("page") ?? 1);
  return items.slice((number - 1) * size, number * size);
}

/** Returns the text, or nothing for any other value. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isAsked(pull: Json, query: URLSearchParams): boolean {
  const head = query.get("head");
  const found = JSON.stringify(pull);
  const [owner = "", ...branch] = (head ?? "").split(":");
  return (
    head === null ||
    (found.includes(`"full_name":"${owner}/`) && found.includes(`"ref":${JSON.stringify(branch.join(":"))}`))
  );
}
