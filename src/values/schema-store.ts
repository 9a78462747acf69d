import { z } from "zod";
import { described, label } from "./fields.ts";

/** Where passwords and keys come from; a value of an environment as a whole. */
export const store = z.discriminatedUnion("provider", [
  z.strictObject({
    provider: described(z.literal("google"), "Google Secret Manager, by workload identity."),
    project: described(label, "Project that holds the secrets."),
    prefix: described(label, "First part of every secret's name."),
    account: described(
      z.email().exactOptional(),
      "Google service account that is acted for; absent where the Kubernetes account itself may read.",
    ),
  }),
  z.strictObject({
    provider: described(z.literal("vault"), "HashiCorp Vault, by its Kubernetes authentication."),
    server: described(z.url({ protocol: /^https$/ }), "Address of the server."),
    engine: described(z.string().min(1), "Mount of the key-value engine, version 2."),
    mount: described(z.string().min(1), "Mount of the Kubernetes authentication."),
    role: described(z.string().min(1), "Role that is logged in as."),
    prefix: described(z.string().min(1), "First part of every secret's path."),
    authority: described(
      z
        .strictObject({
          configMap: described(label, "ConfigMap."),
          key: described(z.string().min(1), "Its key."),
        })
        .exactOptional(),
      "ConfigMap with the authority that signed the server's certificate, where private.",
    ),
  }),
  z.strictObject({
    provider: described(z.literal("generated"), "Invented in the cluster; for development only."),
  }),
]);
