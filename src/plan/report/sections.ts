import type { Effect, EnvironmentReport, Plan, Verb } from "./model.ts";
import { count, names, valueText } from "./text.ts";
import { capacityItems, networkItems, permissionItems, stuckItems } from "./surroundings.ts";
import { changeLine, effectItem, objectTitle, plain, together, type Item, type Section } from "./words.ts";

function items(effects: readonly Effect[], most?: number): readonly Item[] {
  // The same change of the same object in several environments stands once, with what differs between them.
  const alike = Map.groupBy(effects, ({ object, verb, changes, data }) =>
    JSON.stringify([object, verb, changes, data]),
  );
  return [...alike.values()].map((group) => together(group.map((effect) => effectItem(effect, most))));
}

function listed(what: readonly string[]): string {
  return what.length === 0 ? "nothing" : names(what);
}

/** Returns the page as sections, from what matters most to what matters least; empty ones are left out. */
export function sectionsOf(plan: Plan): readonly Section[] {
  const by = (verb: Verb): readonly Effect[] => plan.effects.filter((effect) => effect.verb === verb);
  const restarts = plan.effects.filter(
    (effect) => effect.verb === "rolls" || (effect.restart && effect.verb === "live"),
  );
  const live = by("live").filter((effect) => !restarts.includes(effect));
  const sections: readonly Section[] = [
    { id: "problems", title: "Cannot be planned", vital: true, items: problemItems(plan) },
    {
      id: "refused",
      title: "Will be refused",
      vital: true,
      items: [...items(by("refused")), ...stopItems(plan.environments)],
    },
    { id: "stuck", title: "Will not finish", vital: true, items: stuckItems(plan) },
    {
      id: "deleted",
      title: "Deleted",
      vital: true,
      items: [...items(by("deleted")), ...budgetItems(plan.environments)],
    },
    { id: "recreated", title: "Deleted and created again", vital: true, items: items(by("recreated")) },
    {
      id: "restarts",
      title: "Restarts",
      vital: false,
      items: items(restarts, 3),
      closing:
        plan.verdict === "refused"
          ? "Nothing else restarts, as far as the sync gets."
          : "Nothing else restarts.",
    },
    { id: "opened", title: "Network: opened", vital: true, items: networkItems(plan, "opened") },
    { id: "gained", title: "Permissions gained", vital: true, items: permissionItems(plan, "gained") },
    { id: "closed", title: "Network: closed", vital: false, items: networkItems(plan, "closed") },
    { id: "lost", title: "Permissions lost", vital: false, items: permissionItems(plan, "lost") },
    { id: "no-effect-yet", title: "Takes no effect yet", vital: false, items: items(by("no-effect-yet"), 3) },
    { id: "configuration", title: "Configuration", vital: false, items: configurationItems(plan) },
    {
      id: "capacity",
      title: "Capacity at the peak of this rollout",
      vital: false,
      items: capacityItems(plan),
    },
    { id: "images", title: "Images", vital: false, items: imageItems(plan) },
    { id: "secrets", title: "Secrets (names of keys only)", vital: false, items: secretItems(plan) },
    { id: "certificates", title: "Certificates", vital: false, items: certificateItems(plan) },
    { id: "alerts", title: "Alerts", vital: false, items: alertItems(plan) },
    { id: "hooks", title: "Hooks that this sync runs", vital: false, items: hookItems(plan) },
    { id: "created", title: "Created", vital: false, items: items(by("created"), 0) },
    { id: "live", title: "Other live changes", vital: false, items: items(live, 4) },
    { id: "windows", title: "Sync windows", vital: false, items: windowItems(plan) },
    { id: "pipeline", title: "Pipeline", vital: false, items: pipelineItems(plan) },
    {
      id: "omitted",
      title: "Not looked at",
      vital: false,
      items: plan.environments.length > 0 ? omittedItems(plan) : [],
    },
  ];
  const found = sections.filter((section) => section.items.length > 0);
  return plan.effects.length > 0 && restarts.length === 0 ? withSilence(found) : found;
}

const quiet: readonly (readonly [keyof Plan, string])[] = [
  ["network", "network"],
  ["permissions", "permissions"],
  ["capacity", "capacity"],
  ["configuration", "configuration"],
  ["secrets", "secrets"],
  ["certificates", "certificates"],
  ["alerts", "alerts"],
];

/** Returns the sentence that says what was looked at and did not change, so that silence tells something. */
export function checkedLine(plan: Plan): string {
  const unchanged = quiet.flatMap(([key, word]) => {
    const lines = plan[key];
    return Array.isArray(lines) && lines.length === 0 ? [word] : [];
  });
  return unchanged.length === 0 ? "" : `Checked, unchanged: ${unchanged.join(", ")}.`;
}

function withSilence(sections: readonly Section[]): readonly Section[] {
  const item: Item = {
    title: "Nothing restarts",
    text: "no pod is replaced or removed by these changes",
    environments: [],
    details: [],
  };
  const isDeleted = sections.some(({ id }) => id === "deleted" || id === "recreated");
  if (isDeleted) return sections;
  const first = sections.findIndex(({ vital }) => !vital);
  const at = first < 0 ? sections.length : first;
  return [
    ...sections.slice(0, at),
    { id: "restarts", title: "Restarts", vital: false, items: [item] },
    ...sections.slice(at),
  ];
}

function problemItems({ environments, omitted }: Plan): readonly Item[] {
  const own = environments.flatMap(({ name, problems }) =>
    problems.map((problem) => plain(name, problem, [name])),
  );
  // Without any environment the reading itself stopped: then what was left out is the whole message.
  return environments.length > 0 ? own : omitted.map(({ what, reason }) => plain(what, reason, []));
}

function stopItems(environments: readonly EnvironmentReport[]): readonly Item[] {
  return environments.flatMap(({ name, stop }) => {
    if (!stop) return [];
    const details = [
      `applied by then: ${listed(stop.applied)}`,
      ...(stop.undecided.length > 0 ? [`same wave or pruned, applied or not: ${names(stop.undecided)}`] : []),
      ...(stop.waiting.length > 0 ? [`not applied: ${names(stop.waiting)}`] : []),
      `back: ${stop.back}`,
    ];
    return [plain(`The sync of ${name}`, `stops in wave ${stop.wave}`, [name], details)];
  });
}

function windowItems({ environments }: Plan): readonly Item[] {
  return environments.flatMap(({ name, windows = [] }) =>
    windows.length === 0 ? [] : [plain(`The sync of ${name}`, `depends on ${windows.join("; ")}`, [name])],
  );
}

function budgetItems(environments: readonly EnvironmentReport[]): readonly Item[] {
  return environments.flatMap(({ name, budget }) => {
    if (!budget.exceeded) return [];
    const used = `${budget.usedDataBearing} with data and ${count(budget.usedOthers, "other")} of ${budget.dataBearing} and ${budget.others} allowed`;
    return [plain("Deletion budget", `exceeded: ${used} (${budget.from})`, [name])];
  });
}

const actsWords = {
  rolls: "acts with the restart of its pods in this sync",
  live: "acts live",
  "after-reload": "acts when the server reloads its files",
  "next-restart": "acts after the next restart, and nothing restarts here",
  "next-run": "acts at the next run",
  unknown: "when it acts is not known",
} as const;

function configurationItems({ configuration }: Plan): readonly Item[] {
  return configuration.map(({ object, key, before, after, acts, why, readers, environments }) =>
    plain(`${objectTitle(object)} ${key}`, `${valueText(before)} → ${valueText(after)}`, environments, [
      `${actsWords[acts]}: ${why}`,
      ...(readers.length > 0 ? [`read by ${names(readers)}`] : []),
    ]),
  );
}

function imageItems({ images }: Plan): readonly Item[] {
  return images.map(({ workload, container, before, after, sameDigest, environments }) =>
    plain(
      `${objectTitle(workload)} ${container}`,
      `${valueText(before, 200)} → ${valueText(after, 200)}`,
      environments,
      sameDigest ? ["same digest: the same image under another name"] : [],
    ),
  );
}

function secretItems({ secrets }: Plan): readonly Item[] {
  return secrets.map(({ object, added, removed, changed, environments }) => {
    const parts = [
      ...(added.length > 0 ? [`added ${names(added)}`] : []),
      ...(removed.length > 0 ? [`removed ${names(removed)}`] : []),
      ...(changed.length > 0 ? [`changed ${names(changed)}`] : []),
    ];
    return plain(objectTitle(object), parts.join("; "), environments);
  });
}

function certificateItems({ certificates }: Plan): readonly Item[] {
  return certificates.map(({ object, changes, environments }) =>
    plain(objectTitle(object), changes.map(changeLine).join("; "), environments),
  );
}

function alertItems({ alerts }: Plan): readonly Item[] {
  return alerts.map(({ alert, change, fields, environments }) =>
    plain(alert, change, environments, fields.map(changeLine)),
  );
}

function hookItems({ hooks }: Plan): readonly Item[] {
  return hooks.map(({ object, phase, deletePolicy, changed, environments }) =>
    plain(objectTitle(object), `${phase}, ${deletePolicy}${changed ? ", changed" : ""}`, environments),
  );
}

function pipelineItems({ pipeline }: Plan): readonly Item[] {
  return pipeline.note === undefined
    ? []
    : [plain("src, base, environments", `${pipeline.note} (${count(pipeline.changed, "file")})`, [])];
}

function omittedItems({ omitted }: Plan): readonly Item[] {
  return omitted.map(({ what, reason, environment }) => plain(what, reason, [environment]));
}
