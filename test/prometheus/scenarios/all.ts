import type { FiringScenario, QuietScenario } from "../scenario.ts";
import * as application from "./application.ts";
import * as backups from "./backups.ts";
import * as delivery from "./delivery.ts";
import * as errorBudget from "./error-budget.ts";
import * as pgbouncer from "./pgbouncer.ts";
import * as platform from "./platform.ts";
import * as postgresql from "./postgresql.ts";
import * as redis from "./redis.ts";
import * as replication from "./replication.ts";

/** The courses of events of all groups of rules. */
export const allScenarios: readonly {
  readonly firing: readonly FiringScenario[];
  readonly quiet: readonly QuietScenario[];
}[] = [application, backups, delivery, errorBudget, pgbouncer, platform, postgresql, redis, replication];
