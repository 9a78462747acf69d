import { Role } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { ExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import { Password } from "@kubernetes-models/external-secrets/generators.external-secrets.io/v1alpha1/Password";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData } from "../kubernetes/metadata.ts";
import { syncWave } from "./sync-wave.ts";

/** Secret values that the operator invents. */
export interface GeneratedSecrets {
  /** Account of the store that reads them. */
  readonly account: string;
  /** Sync wave of the generator; the values come one later. */
  readonly wave: number;
  /** Keys of the values. */
  readonly values: readonly string[];
}

/** Name of the Secret that holds all generated values. */
export const generated = "apg-cash-management-generated";

/**
 * Returns the generated values, and the right of the account to read them.
 *
 * Every call of a generator invents another password, so exactly one ExternalSecret calls them, once, into one Secret;
 * all others read that Secret through the store, and one password can stand in several of them. It is immutable and
 * nobody's: an ExternalSecret that is deleted and made again finds it and leaves it as it is. CreatedOnce alone would
 * fill it with new passwords, which the databases do not know (external-secrets#6640). So a value that is added later
 * needs the Secret, its ExternalSecret and the data made anew.
 */
export function generatedSecrets({ account, wave, values }: GeneratedSecrets): Model[] {
  const annotations = syncWave(wave);
  return [
    new Role({
      metadata: { name: account, annotations },
      rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: [generated], verbs: ["get"] }],
    }),
    new RoleBinding({
      metadata: { name: account, annotations },
      subjects: [{ kind: "ServiceAccount", name: account }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account },
    }),
    new Password({
      metadata: { name: generated, annotations },
      // With characters that have a meaning in a URL: a mistake in encoding shows on the first laptop.
      spec: {
        length: 40,
        digits: 8,
        symbols: 4,
        symbolCharacters: "@:/?#%&+=",
        noUpper: false,
        allowRepeat: true,
      },
    }),
    new ExternalSecret({
      metadata: { name: generated, annotations: { ...keepData, ...syncWave(wave + 1) } },
      spec: {
        refreshPolicy: "CreatedOnce",
        refreshInterval: "0s",
        target: {
          name: generated,
          creationPolicy: "Orphan",
          deletionPolicy: "Retain",
          immutable: true,
          template: { engineVersion: "v2", metadata: {} },
        },
        dataFrom: values.map((key) => ({
          sourceRef: {
            generatorRef: {
              apiVersion: "generators.external-secrets.io/v1alpha1",
              kind: "Password",
              name: generated,
            },
          },
          rewrite: [{ regexp: { source: "password", target: key } }],
        })),
      },
    }),
  ];
}
