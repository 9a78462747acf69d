import { compareText } from "../../../kubernetes/text.ts";
import { at, listAt, textAt, textsAt } from "../../json.ts";
import { changes, type Update } from "../update.ts";
import { immutable, recreate, reworded, type UpdateRule } from "./rule.ts";

// Sources: Kubernetes pkg/apis/{core,rbac,networking,node,scheduling,discovery}/validation and apiextensions.

const newName = [
  "give the object a new name and let its readers name the new one: their pods roll to it",
  "remove the old one in the same pull request (pruned at the end of the sync)",
] as const;

// `immutable: true` before the update freezes the data and itself (ValidateConfigMapUpdate, ValidateSecretUpdate).
const frozenData: UpdateRule = (update) => {
  if (at(update.live, "immutable") !== true) return [];
  return [["immutable"], ["data"], ["binaryData"]].flatMap((path) =>
    changes(update, ...path) || (path[0] === "data" && changedFingerprints(update).length > 0)
      ? [{ path, message: "field is immutable when `immutable` is set", wayOut: newName }]
      : [],
  );
};

/** Returns the keys of a Secret that both sides have with different bytes. */
export function changedFingerprints({ base, head }: Pick<Update, "base" | "head">): readonly string[] {
  const before = base.fingerprints ?? new Map<string, string>();
  const after = head.fingerprints ?? new Map<string, string>();
  return [...before.keys()].filter((key) => after.has(key) && after.get(key) !== before.get(key));
}

const scopeSet = (body: Update["live"]): string =>
  JSON.stringify(textsAt(body, "spec", "scopes").toSorted(compareText));

const scopes: UpdateRule = ({ live, next }) => {
  return scopeSet(live) === scopeSet(next)
    ? []
    : [
        {
          path: ["spec", "scopes"],
          message: "field is immutable",
          wayOut: recreate("ResourceQuota", "nothing is limited until the sync"),
        },
      ];
};

const definition = recreate(
  "CustomResourceDefinition",
  "every custom resource of it is deleted: save them first",
);

const versionNames = (body: Update["live"]): readonly string[] =>
  listAt(body, "spec", "versions").map((version) => textAt(version, "name") ?? "");

// A version that objects are stored in cannot leave; which those are, only status.storedVersions says.
const storedVersions: UpdateRule = (update) => {
  const { live, next } = update;
  const kept = new Set(versionNames(next));
  const gone = versionNames(live).filter((name) => !kept.has(name));
  if (gone.length === 0) return [];
  const wasStorage = listAt(live, "spec", "versions").some(
    (version) => at(version, "storage") === true && gone.includes(textAt(version, "name") ?? ""),
  );
  return [
    {
      path: ["spec", "versions"],
      message: update.minor >= 37 ? "missing from spec.versions" : "must appear in spec.versions",
      depends: wasStorage ? [] : [`refused if status.storedVersions still lists ${gone.join(", ")}`],
      wayOut: [
        "store every object again in the new version (write each one back unchanged)",
        "take the old version out of status.storedVersions",
        "sync again",
      ],
    },
  ];
};

// Under Argo CD this is not refused: it runs `kubectl auth reconcile` first, which deletes and creates the binding.
const roleRef = reworded(
  ["roleRef"],
  recreate("binding", "its accounts have no rights until the sync"),
  "cannot change roleRef",
);

/** What is refused when another object changes, by group/kind. */
export const otherRules: Readonly<Record<string, readonly UpdateRule[]>> = {
  "/ConfigMap": [frozenData],
  "/Secret": [immutable(["type"], newName), frozenData],
  "/ResourceQuota": [scopes],
  "rbac.authorization.k8s.io/RoleBinding": [roleRef],
  "rbac.authorization.k8s.io/ClusterRoleBinding": [roleRef],
  "networking.k8s.io/IngressClass": [
    immutable(
      ["spec", "controller"],
      recreate("IngressClass", "Ingresses of the class are not served until the sync"),
    ),
  ],
  "networking.k8s.io/IPAddress": [
    immutable(["spec", "parentRef"], recreate("IPAddress", "the address may be given away")),
  ],
  "node.k8s.io/RuntimeClass": [immutable(["handler"], recreate("RuntimeClass", "running pods keep theirs"))],
  "scheduling.k8s.io/PriorityClass": [
    immutable(["value"], newName, "may not be changed in an update."),
    immutable(["preemptionPolicy"], newName),
  ],
  "discovery.k8s.io/EndpointSlice": [
    immutable(["addressType"], recreate("EndpointSlice", "its Service lacks these endpoints until the sync")),
  ],
  "apiextensions.k8s.io/CustomResourceDefinition": [
    immutable(["spec", "scope"], definition),
    immutable(["spec", "names", "kind"], definition),
    immutable(["spec", "names", "plural"], definition),
    immutable(["spec", "group"], definition),
    storedVersions,
  ],
};
