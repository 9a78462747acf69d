import { z } from "zod";
import { described, resources } from "./fields.ts";

/** PgBouncer in front of the primary: `postgresql.pooler`. */
export const pooler = z.strictObject({
  enabled: described(
    z.boolean(),
    "Whether the application reaches the primary through PgBouncer; of no effect where PostgreSQL runs elsewhere.",
  ),
  replicas: described(z.int().min(1).max(10), "Number of its pods."),
  serverConnections: described(
    z.int().min(1).max(1000),
    "Connections to the primary that one of its pods opens at most.",
  ),
  clientConnections: described(
    z.int().min(1).max(20_000),
    "Connections of the application that one of its pods accepts at most.",
  ),
  resources: described(resources, "CPU and memory of each of its pods."),
});
