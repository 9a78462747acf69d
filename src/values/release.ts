import { z } from "zod";
import { described, digest, endDay, owner, reason } from "./fields.ts";

const hold = z.strictObject({
  digests: described(
    z.array(digest).min(1).exactOptional(),
    "Digests that must not come here, or from here into the next environment; absent: no release may.",
  ),
  reason: described(reason, "Why."),
  owner: described(owner, "Who lifts it."),
  end: described(
    endDay,
    "Last day on which it is expected; `npm run check` on main reports it after that. It holds until it is lifted.",
  ),
});

const hotfix = z.strictObject({
  reason: described(reason, "What cannot wait for the soak time."),
  owner: described(owner, "Who answers for it."),
});

/** What runs in an environment: the one file that a promotion changes. */
export const releaseSchema = z.strictObject({
  version: described(
    z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9a-z.]+)?$/, "expected an exact version such as 1.4.0"),
    "Version of the application.",
    "1.0.0",
  ),
  digest: described(digest, "Content address of the application's image."),
  source: described(
    z
      .string()
      .regex(
        /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/,
        "expected the full id of a commit: 40 or 64 hexadecimal digits",
      )
      .exactOptional(),
    "Commit of the application's repository that the image was built from.",
  ),
  migration: described(
    z.enum(["none", "reversible", "one-way"]),
    "What the release does to the database's schema, and whether it can be taken back.",
  ),
  origin: described(
    z.enum(["release", "promotion", "rollback"]).exactOptional(),
    "How it came here: entered as a release (also where absent), copied from the environment before, or taken back to.",
  ),
  hold: described(hold.exactOptional(), "Keeps releases away; lifted by a pull request of its own."),
  hotfix: described(hotfix.exactOptional(), "Lets this release skip the soak time, and nothing else."),
});

/** The release of one environment. */
export type Release = z.infer<typeof releaseSchema>;
