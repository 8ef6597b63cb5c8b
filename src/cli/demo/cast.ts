import type { ActorPermission } from "../../sandbox/permissions.js";
import type { NewRepo } from "../../sandbox/world.js";

/** Who may do what in the demo's repository. `zoe` comes from outside, with a fork. */
export const cast: Readonly<Record<string, ActorPermission>> = {
  maya: "admin",
  raj: "maintain",
  tom: "write",
  lena: "write",
  "dependabot[bot]": "write",
  "pages[bot]": "write",
  "mason[bot]": "write",
};

/** What the repository itself demands of main, as GitHub would enforce it: Drumline is not exempt. */
export const mainRules: NonNullable<NewRepo["rules"]> = {
  main: { requiredChecks: [{ context: "ci/test", appId: null }] },
};
