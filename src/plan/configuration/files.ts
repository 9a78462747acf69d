import { postgresqlContext } from "./postgresql.ts";
import { redisSettable, redisStartOnly } from "./redis.ts";

/** When a setting acts that a server reads from a file it does not watch. */
type Timing = "live" | "after-reload" | "next-restart" | "unknown";

/** One setting of a configuration file that differs. */
export interface Setting {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
  readonly timing: Timing;
  readonly why: string;
}

/** Returns the settings that differ between two texts of a configuration file, or undefined for a file unknown here. */
export function settingChanges(file: string, before: string, after: string): readonly Setting[] | undefined {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (/^postgresql(?:[.-].*)?\.(?:auto\.)?conf$/.test(name))
    return compare(postgresql(before), postgresql(after), postgresqlTiming);
  if (/^pg_(?:hba|ident)(?:[.-].*)?\.conf$/.test(name)) return ruleChanges(before, after);
  if (/^redis(?:[.-].*)?\.conf$/.test(name)) return compare(redis(before), redis(after), redisTiming);
  return undefined;
}

type Values = ReadonlyMap<string, string>;
type Timer = (name: string) => { readonly timing: Timing; readonly why: string };

function compare(before: Values, after: Values, timer: Timer): readonly Setting[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, next] = [before.get(name), after.get(name)];
    if (old === next) return [];
    return [
      {
        name,
        ...(old === undefined ? {} : { before: old }),
        ...(next === undefined ? {} : { after: next }),
        ...timer(name),
      },
    ];
  });
}

// PostgreSQL documentation, "Setting Parameters": name, optional =, value; the last of a name wins; # ends a line
// outside quotes.
function postgresql(text: string): Values {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, quoted, bare] =
      /^\s*([A-Za-z_][\w.]*)\s*(?:=|\s)\s*(?:'((?:[^']|'')*)'|([^#\s']\S*(?:\s+[^#\s]+)*))?/.exec(line) ?? [];
    if (name !== undefined) values.set(name.toLowerCase(), quoted ?? bare ?? "");
  }
  return values;
}

function postgresqlTiming(name: string): ReturnType<Timer> {
  const context = postgresqlContext(name);
  const of = `pg_settings.context of ${name} is ${context ?? "unknown"}`;
  switch (context) {
    case "internal":
    case "postmaster":
      return { timing: "next-restart", why: `${of}: read when the server starts` };
    case "sighup":
      return { timing: "after-reload", why: `${of}: acts when the server reloads its files` };
    case "backend":
    case "superuser-backend":
      return { timing: "after-reload", why: `${of}: acts for new connections after a reload` };
    case "superuser":
    case "user":
      return {
        timing: "after-reload",
        why: `${of}: acts in every session after a reload, unless the session set its own`,
      };
    case undefined:
      return { timing: "unknown", why: `${of}: an extension's, or of another version` };
  }
}

// Redis: one directive per line; some (save, client-output-buffer-limit, user, rename-command) may stand several times.
function redis(text: string): Values {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ""] = /^\s*([A-Za-z][\w-]*)\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const old = values.get(name.toLowerCase());
    values.set(name.toLowerCase(), old === undefined ? value : `${old}; ${value}`);
  }
  return values;
}

function redisTiming(name: string): ReturnType<Timer> {
  if (redisSettable.has(name)) {
    return {
      timing: "next-restart",
      why: "Redis reads the file when it starts; CONFIG SET can change it before that",
    };
  }
  if (redisStartOnly.has(name)) return { timing: "next-restart", why: "Redis takes it only when it starts" };
  return { timing: "unknown", why: "Redis 7.0 does not know it" };
}

// The rules of pg_hba.conf have no names: each is its own, and of those that stay only the order can differ.
function rules(text: string): Values {
  const kept = text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, "").trim().replaceAll(/\s+/g, " "))
    .filter(Boolean);
  return new Map([
    ...kept.map((line): [string, string] => [line, "present"]),
    ["order of the rules", kept.join("\n")],
  ]);
}

function ruleChanges(before: string, after: string): readonly Setting[] {
  const timing = {
    timing: "after-reload",
    why: "PostgreSQL reads it again on reload, for new connections",
  } as const;
  const found = compare(rules(before), rules(after), () => timing);
  // Where rules come or go the order differs anyway.
  return found.length > 1 ? found.filter(({ name }) => name !== "order of the rules") : found;
}
