import type { Context } from "./effects/context.ts";
import type { Effect, ObjectText } from "./report/model.ts";
import { redactObject } from "./redact.ts";
import type { PlanObject } from "./read/objects.ts";
import { generalYaml } from "./yaml.ts";

/** Returns both sides of each changed object as YAML, redacted as objects: in text a key and its value are far apart. */
export function objectTexts(
  environment: string,
  effects: readonly Effect[],
  { base, head }: Context,
): readonly ObjectText[] {
  return effects.map(({ object }) => {
    const key = [object.group, object.kind, object.namespace, object.name].join("/");
    const [before, after] = [base.get(key), head.get(key)];
    return {
      environments: [environment],
      object,
      ...(before ? { before: textOf(before) } : {}),
      ...(after ? { after: textOf(after) } : {}),
    };
  });
}

function textOf({ body }: PlanObject): string {
  return generalYaml().stringify(redactObject(body), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    sortMapEntries: true,
  });
}
