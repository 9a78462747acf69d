import type { Attack } from "./attacks-history.ts";
import {
  begin,
  day,
  filesOf,
  freeze,
  hold,
  next,
  old,
  promote,
  promoteForGood,
  promoteOneWay,
  propose,
  soaked,
} from "./scenario.ts";
import { policy, policyFiles, releaseFiles, releaseOf } from "./scratch.ts";

/** Attacks on the order, on holds and freezes, and by rollbacks and effects. */
export const passageAttacks: readonly Attack[] = [
  {
    what: "the digest of staging, but its one-way migration is called reversible",
    gate: "order",
    build: (scratch) => {
      soaked(scratch, { ...next, migration: "one-way" });
      promote(scratch, { ...next, migration: "reversible" });
    },
  },
  {
    what: "production is held",
    gate: "hold",
    build: (scratch) => {
      begin(scratch, filesOf("production", { ...old, hold }));
      scratch.commit(3 * day, releaseFiles("staging", next));
      promote(scratch, { ...next, hold });
    },
  },
  {
    what: "the digest is held where it comes from",
    gate: "hold",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(
        3 * day,
        releaseFiles("staging", { ...next, hold: { ...hold, digests: [next.digest] } }),
      );
      promote(scratch);
    },
  },
  {
    what: "a release in a freeze",
    gate: "freeze",
    build: (scratch) => {
      soaked(scratch, next, policyFiles(policy, [freeze]));
      promote(scratch);
    },
  },
  {
    what: "no release, but production's tree changes in a freeze",
    gate: "freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      propose(scratch, { "rendered/production/more.yaml": "apiVersion: v1\nkind: ConfigMap\n" });
    },
  },
  {
    what: "no release, but a chart of production changes in a freeze",
    gate: "freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      propose(scratch, { "argocd/vendor/platform/production-traefik.yaml": "kind: Application\n" });
    },
  },
  {
    what: "the freeze is taken out by the change itself",
    gate: "freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      propose(scratch, {
        ...policyFiles(),
        "rendered/production/more.yaml": "apiVersion: v1\nkind: ConfigMap\n",
      });
    },
  },
  {
    what: "a rollback to a digest that stood in production for an hour",
    gate: "rollback",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(3, releaseFiles("production", releaseOf("1.0.9")));
      scratch.commit(2, releaseFiles("production", next));
      const back = releaseOf("1.0.9", { origin: "rollback", hold: { ...hold, digests: [next.digest] } });
      propose(scratch, releaseFiles("production", back));
    },
  },
  {
    what: "a rollback that does not hold the bad digest back",
    gate: "rollback",
    build: (scratch) => {
      soaked(scratch);
      scratch.commit(1, releaseFiles("production", next));
      propose(scratch, releaseFiles("production", { ...old, origin: "rollback" }));
    },
  },
  {
    what: "a release that deletes a volume",
    gate: "verdict",
    build: (scratch) => {
      const release = releaseOf("9.0.0");
      soaked(scratch, release);
      promote(scratch, release, { "rendered/production/claim-data.yaml": undefined });
      scratch.run(["switch", "--quiet", "main"]);
      scratch.run(["rm", "--quiet", "rendered/staging/claim-data.yaml"]);
      scratch.commit(3 * day, {});
      scratch.run(["switch", "--quiet", "change"]);
    },
  },
  {
    what: "a one-way migration",
    gate: "can-go-back",
    build: (scratch) => {
      soaked(scratch, { ...next, migration: "one-way" });
      promote(scratch, { ...next, migration: "one-way" });
    },
  },
  {
    what: "an exception for a one-way migration that has ended",
    gate: "can-go-back",
    build: (scratch) => promoteOneWay(scratch, "2026-11-22"),
  },
  {
    what: "a larger volume, which the API server would not shrink again",
    gate: "can-go-back",
    build: (scratch) => {
      soaked(scratch, releaseOf("8.0.0"));
      promote(scratch, releaseOf("8.0.0"));
    },
  },
  {
    what: "larger claims of a StatefulSet, which Argo CD deletes and creates anew",
    gate: "can-go-back",
    build: (scratch) => promoteForGood(scratch, "6.1.0"),
  },
  {
    what: "a definition that stores its objects in another version, which the API server permits both ways",
    gate: "can-go-back",
    build: (scratch) => promoteForGood(scratch, "7.1.0"),
  },
  {
    what: "a definition with a new version, without which the API server takes it no more",
    gate: "can-go-back",
    build: (scratch) => promoteForGood(scratch, "7.2.0"),
  },
  {
    what: "an exception for claim templates, where it is a definition's versions that change",
    gate: "can-go-back",
    build: (scratch) => promoteForGood(scratch, "7.1.0", "claim-templates"),
  },
  {
    what: "a rollback over a one-way migration",
    gate: "can-go-back",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(1, releaseFiles("production", { ...next, migration: "one-way" }));
      const back = { ...old, origin: "rollback", hold: { ...hold, digests: [next.digest] } };
      propose(scratch, releaseFiles("production", back));
    },
  },
  {
    what: "a release that soaked in another system than production's",
    gate: "difference",
    build: (scratch) => {
      const { production, ...others } = policy.environments;
      const strict = {
        ...policy,
        environments: { ...others, production: { ...production, differences: [] } },
      };
      soaked(scratch, next, policyFiles(strict));
      promote(scratch);
    },
  },
  {
    what: "a tree that nobody owns",
    gate: "owners",
    build: (scratch) => {
      soaked(scratch, next, { ".github/CODEOWNERS": "* @all\n/rendered/production/\n" });
      promote(scratch);
    },
  },
];
