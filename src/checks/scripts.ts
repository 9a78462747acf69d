import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { oncePerText } from "./once.ts";
import { at, find, objects, ofKind, text } from "./read.ts";
import type { Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { workloads } from "./workloads.ts";

/** What a container runs from a ConfigMap is mounted there, and every script stops at its first error. */
export const scripts: Rule = {
  id: "scripts",
  reason: "a script that goes on after an error ends in a state that nobody meant, and reports success",
  source: "Bash Reference Manual, The Set Builtin; Kubernetes, ConfigMaps and Pods",
  values: ["postgresql.enabled", "postgresql.backup", "redis.enabled"],
  *check(manifests) {
    for (const manifest of ofKind(manifests, "ConfigMap")) {
      const files = asObject(manifest.body["data"]);
      for (const [name, content] of Object.entries(files)) {
        if (name.endsWith(".sh") && !strict(files, text(content)))
          yield {
            manifest,
            path: `data["${name}"]`,
            message: "goes on after an error; begin with set -euo pipefail, or read a library that does",
          };
      }
    }
    for (const workload of workloads(manifests)) {
      for (const { container, path } of workload.containers) {
        for (const [place, command] of commands(container)) {
          for (const file of command.filter((word) => /^\/\S+\.sh$/.test(word))) {
            const folder = file.slice(0, file.lastIndexOf("/"));
            const mount = objects(container["volumeMounts"]).find(({ mountPath }) => mountPath === folder);
            const volume = objects(workload.pod["volumes"]).find(({ name }) => name === mount?.["name"]);
            const map = find(manifests, "ConfigMap", text(at(volume, "configMap", "name")));
            const known = Object.keys(asObject(map?.body["data"]));
            if (!known.includes(file.slice(folder.length + 1)))
              yield {
                manifest: workload.manifest,
                path: `${path}.${place}`,
                message: `runs ${file}, which is not mounted; in ${folder} there is ${listed(known)}`,
              };
          }
        }
      }
    }
  },
};

function strict(files: JsonObject, script: string): boolean {
  const first = firstCommand(script);
  const library = /^(?:\.|source) \/\S+\/(?<name>[\w.-]+)$/.exec(first)?.groups?.["name"];
  if (library !== undefined) return strict({}, text(files[library]));
  return /^set -euo pipefail$/.test(first);
}

/** The first line of a script that is no comment and no question whether a variable is set. */
const firstCommand = oncePerText(
  (script): string =>
    script.split("\n").find((line) => line.trim() !== "" && !/^(?:#|: "\$\{\w+:\?)/.test(line)) ?? "",
);

function commands(container: JsonObject): readonly (readonly [string, readonly string[]])[] {
  return [
    ["command", container["command"]] as const,
    ["args", container["args"]] as const,
    ...["startupProbe", "readinessProbe", "livenessProbe"].map(
      (probe) => [`${probe}.exec.command`, at(container, probe, "exec", "command")] as const,
    ),
    ...["preStop", "postStart"].map(
      (hook) =>
        [`lifecycle.${hook}.exec.command`, at(container, "lifecycle", hook, "exec", "command")] as const,
    ),
  ].map(([place, words]) => [place, asArray(words).map(text)]);
}
