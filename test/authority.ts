import { readFileSync } from "node:fs";

/** Certificate, as PEM, of an authority whose key was thrown away when it was made. */
export const authority = readFileSync(new URL("fixtures/authority.crt", import.meta.url), "utf8");
