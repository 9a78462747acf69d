import { formatPath, type ValuePath } from "./path.ts";

/** What became of a key of the guide's Helm values that stands elsewhere now, or that is not accepted. */
export type GuideFate =
  | { readonly fate: "moved"; readonly to: string; readonly message: string }
  | { readonly fate: "refused"; readonly why: string };

const fromStore = "secrets never stand in git; they come from the store that secrets.store names";
const release = "environments/<environment>/release.yaml";

/**
 * The keys of the guide's Helm values that the schema does not know, by path. What stands below a key shares its fate.
 * It is asked only about keys that the schema refuses, so that the schema alone decides what is accepted.
 */
export const guideKeys: Readonly<Record<string, GuideFate>> = {
  "app.version": moved(`version in ${release}`, "a promotion changes that file alone"),
  "app.image.tag": moved(
    `version and digest in ${release}`,
    "an image is named by its digest, a tag can change",
  ),
  "ingress.tls": moved("ingress.issuer", "the certificate for every host is issued by cert-manager"),
  "postgresql.auth.postgresPassword": refused(fromStore),
  "postgresql.auth.password": refused(fromStore),
  "redis.auth.enabled": refused("Redis always asks for a password; there is nothing to switch"),
  "redis.auth.password": refused(fromStore),
  "secrets.secretKey": refused(fromStore),
  "secrets.jwtSecretKey": refused(fromStore),
  "secrets.encryptionKey": refused(fromStore),
  "secrets.bankApiKeys": refused(fromStore),
};

/** Returns the sentence for a key of the guide's Helm values that the schema does not know, or undefined for others. */
export function explainGuideKey(path: ValuePath): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const fate = guideKeys[formatPath(path.slice(0, length))];
    if (fate)
      return fate.fate === "moved" ? `moved to ${fate.to}: ${fate.message}` : `is refused: ${fate.why}`;
  }
  return undefined;
}

function moved(to: string, message: string): GuideFate {
  return { fate: "moved", to, message };
}

function refused(why: string): GuideFate {
  return { fate: "refused", why };
}
