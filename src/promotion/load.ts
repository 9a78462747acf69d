import { InputError, type Problem } from "../errors.ts";
import { environmentsFolder, findEnvironments, readYaml } from "../values/folders.ts";
import { parseSource } from "../values/parse-file.ts";
import type { Position } from "../values/source-node.ts";
import { freezeSchema, type Freeze } from "./freeze.ts";
import { policySchema, type Policy } from "./policy.ts";

/** Where the policy of releases and the calendar stand. */
export const policyFile = `${environmentsFolder}/promotion.yaml`;
export const freezeFile = `${environmentsFolder}/freeze.yaml`;

/** How releases move, and when nothing does. */
export interface Policies {
  readonly policy: Policy;
  readonly freezes: readonly Freeze[];
  /** Return where a value of either file stands. */
  readonly locatePolicy: (path: string) => Position | undefined;
  readonly locateFreeze: (path: string) => Position | undefined;
}

/** Reads both files of the repository at `root`. Throws an InputError with everything that is wrong with them. */
export async function loadPolicies(root: string): Promise<Policies> {
  const [policy, freeze] = [
    parseSource(policySchema, await readYaml(root, policyFile)),
    parseSource(freezeSchema, await readYaml(root, freezeFile)),
  ];
  const names = (await findEnvironments(root)).value;
  const problems: Problem[] = [...freeze.problems, ...policy.problems];
  for (const name of Object.keys(policy.value?.environments ?? {})) {
    if (!names.includes(name))
      problems.push({ ...at(policyFile, policy.locate(`environments["${name}"]`)), message: noFolder(name) });
  }
  for (const [index, { environments }] of (freeze.value?.freezes ?? []).entries()) {
    const place = at(freezeFile, freeze.locate(`freezes[${index}].environments`));
    for (const name of environments)
      if (!names.includes(name)) problems.push({ ...place, message: noFolder(name) });
  }
  if (!policy.value || !freeze.value || problems.length > 0) throw new InputError(problems);
  return {
    policy: policy.value,
    freezes: freeze.value.freezes,
    locatePolicy: policy.locate,
    locateFreeze: freeze.locate,
  };
}

function at(file: string, position: Position | undefined): Position | { readonly file: string } {
  return position ?? { file };
}

function noFolder(name: string): string {
  return `"${name}" is no environment: environments/${name}/ does not exist`;
}
