/** A connection URL whose password is a variable of the operator's template. */
export interface ConnectionUrl {
  readonly scheme: "postgresql" | "redis" | "rediss";
  readonly user: string;
  /** Name of the variable, such as `postgres_application_password`. */
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly parameters: Readonly<Record<string, string>>;
}

// A line end that an editor left behind in the store is no part of a password.
const trimmed = (variable: string): string => `.${variable} | trimSuffix "\\n" | trimSuffix "\\r"`;

/** Returns the template of a key that holds a value as it is, without a line end after it. */
export function plain(variable: string): string {
  return `{{ ${trimmed(variable)} }}`;
}

/**
 * Returns the template of a key that holds a connection URL. `urlquery` (Go's text/template) encodes for a query,
 * where a space becomes a plus sign; before the host that would stay a plus sign (RFC 3986, 3.2.1), so it becomes %20.
 * A plus sign of the password itself is %2B by then.
 */
export function connectionUrl(url: ConnectionUrl): string {
  const password = `{{ ${trimmed(url.password)} | urlquery | replace "+" "%20" }}`;
  const parameters = Object.entries(url.parameters).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  );
  return [
    `${url.scheme}://${encodeURIComponent(url.user)}:${password}`,
    `@${url.host}:${url.port}/${encodeURIComponent(url.database)}`,
    ...(parameters.length > 0 ? [`?${parameters.join("&")}`] : []),
  ].join("");
}
