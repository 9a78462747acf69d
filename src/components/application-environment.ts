import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import { configurationName } from "./configuration.ts";

const applicationSecret = "apg-cash-management-secrets";
const bankSecret = "apg-cash-management-bank-secrets";

/** Variables that the application takes from its Secret, and the key of each. */
const secretKeys = {
  DATABASE_URL: "database-url",
  DATABASE_REPLICA_URL: "database-replica-url",
  REDIS_URL: "redis-url",
  REDIS_REPLICA_URL: "redis-replica-url",
  SECRET_KEY: "secret-key",
  JWT_SECRET_KEY: "jwt-secret-key",
  ENCRYPTION_KEY: "encryption-key",
} as const;

/** A variable whose value the application's Secret holds. */
export type SecretVariable = keyof typeof secretKeys;

/**
 * Returns variables with values of the application's Secret, one by one: `envFrom` would name them as the keys are
 * named (`database-url`), where no application looks, and hand out every other key besides.
 */
export function secretVariables(names: readonly SecretVariable[]): IEnvVar[] {
  return names.map((name) => fromSecret(name, applicationSecret, secretKeys[name]));
}

/** Returns DATABASE_URL with the address of the primary itself, past the pooler; for the migration alone. */
export function directDatabaseVariable(): IEnvVar {
  return fromSecret("DATABASE_URL", applicationSecret, "database-direct-url");
}

/** Returns one variable per bank (`citi` becomes CITI_API_KEY) with a value of the banks' Secret. */
export function bankVariables(banks: readonly string[]): IEnvVar[] {
  return banks.map((bank) =>
    fromSecret(`${bank.toUpperCase().replaceAll("-", "_")}_API_KEY`, bankSecret, `${bank}-api-key`),
  );
}

/** Returns variables with values of the application's ConfigMap, one by one. */
export function configurationVariables(names: readonly string[]): IEnvVar[] {
  return names.map((name) => ({
    name,
    valueFrom: { configMapKeyRef: { name: configurationName, key: name } },
  }));
}

function fromSecret(variable: string, name: string, key: string): IEnvVar {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}
