import { z } from "zod";
import { described, digest } from "./fields.ts";

/** What runs in an environment: the one file that a promotion changes. */
export const releaseSchema = z.strictObject({
  version: described(
    z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9a-z.]+)?$/, "expected an exact version such as 1.4.0"),
    "Version of the application.",
    "1.0.0",
  ),
  digest: described(digest, "Content address of the application's image."),
  migration: described(
    z.enum(["none", "reversible", "one-way"]),
    "What the release does to the database's schema, and whether it can be taken back.",
  ),
});

/** The release of one environment. */
export type Release = z.infer<typeof releaseSchema>;
