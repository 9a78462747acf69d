/** Passwords with everything that ever broke a script: quotes, $, @, :, /, %, a backslash, a space, a final newline. */
export const oddPasswords = {
  "application-password": `a'b"c$d@e:f/g%h\\i j\n`,
  "replication-password": `r'b"c$d@e:f/g%h\\i $(id)\n`,
  "monitoring-password": `m'b"c$d@e:f/g%h\\i j`,
} as const;
