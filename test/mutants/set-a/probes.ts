import { type Mutant, remove, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const primary = "StatefulSet/postgres-primary";
const postgres = "spec.template.spec.containers[postgres]";
const pod = "spec.template.spec";
const redis = "StatefulSet/redis-replica";

/** Probes that ask the wrong question, or lose patience. */
export const probes: readonly Mutant[] = [
  {
    name: "the liveness probe is gone",
    kind: "remove a probe",
    edits: [remove(deployment, `${container}.livenessProbe`)],
    harm: "a hanging worker stays for ever",
    rule: "probes",
  },
  {
    name: "the readiness probe is gone",
    kind: "remove a probe",
    edits: [remove(primary, `${postgres}.readinessProbe`)],
    harm: "clients are sent to a server in recovery",
    rule: "probes",
  },
  {
    name: "the startup probe is gone",
    kind: "remove a probe",
    edits: [remove(deployment, `${container}.startupProbe`)],
    harm: "a slow start is killed by liveness, again and again",
    rule: "probes",
  },
  {
    name: "liveness asks for readiness",
    kind: "ask the wrong question",
    edits: [set(deployment, `${container}.livenessProbe.httpGet.path`, "/health/ready")],
    harm: "a database that is away restarts every application pod",
    rule: "probes",
  },
  {
    name: "the probe asks a path that nobody serves",
    kind: "ask the wrong question",
    edits: [set(deployment, `${container}.readinessProbe.httpGet.path`, "/healthz")],
    harm: "no pod becomes Ready",
    rule: "probes",
  },
  {
    name: "P11: readiness is pg_isready",
    kind: "ask the wrong question",
    edits: [
      set("StatefulSet/postgres-replica", `${postgres}.readinessProbe.exec.command`, [
        "pg_isready",
        "-U",
        "apg_user",
      ]),
    ],
    harm: "a replica that streams nothing is Ready",
    rule: "probes",
  },
  {
    name: "R2: the probe is redis-cli ping",
    kind: "ask the wrong question",
    edits: [set(redis, `${pod}.containers[redis].readinessProbe.exec.command`, ["redis-cli", "ping"])],
    harm: "NOAUTH, LOADING and MASTERDOWN count as healthy",
    rule: "probes",
  },
  {
    name: "liveness of the database asks whether it is ready",
    kind: "ask the wrong question",
    edits: [set(primary, `${postgres}.livenessProbe.exec.command[2]`, "ready")],
    harm: "crash recovery is killed, and begins again",
    rule: "probes",
  },
  {
    name: "the database's liveness gives up after ten seconds",
    kind: "shorten a patience",
    edits: [set(primary, `${postgres}.livenessProbe.failureThreshold`, 1)],
    harm: "one slow answer kills the primary",
    rule: "probes",
  },
  {
    name: "the application has twenty seconds to start",
    kind: "shorten a patience",
    edits: [set(deployment, `${container}.startupProbe.failureThreshold`, 1)],
    harm: "a cold start is killed, again and again",
    rule: "probes",
  },
  {
    name: "a probe runs a script that is not mounted",
    kind: "ask the wrong question",
    edits: [set(primary, `${postgres}.readinessProbe.exec.command[1]`, "/scripts/ready.sh")],
    harm: "no database becomes Ready",
    rule: "scripts",
  },
  {
    name: "a probe may take longer than its period",
    kind: "shorten a patience",
    edits: [set(primary, `${postgres}.readinessProbe.timeoutSeconds`, 600)],
    harm: "a hanging server stays Ready for half an hour",
    rule: "probes",
  },
];
