import type { Truth, VerdictNode } from "../model/verdict.js";
import { allOf } from "./truth.js";
import type { Judgments } from "./approvals.js";
import type { Demand, Weighed } from "./demand.js";
import { evidenceNode } from "./evidence.js";
import type { Judged } from "./judged.js";
import { countApprovals, spellOut, type Wanted } from "./judgment-needs.js";

/** What is there of what each demand needs. `given` null: the reviews could not be read, so no approval is certain. */
export function weigh(demands: readonly Demand[], given: Judgments | null, judged: Judged): Weighed[] {
  const spelled = demands.map((d, demand) =>
    d.needs.approvals.map((need) => spellOut({ demand, rule: d.name }, need, judged)),
  );
  const wanted: Wanted[] = spelled.flat().flatMap((w) => (Array.isArray(w) ? w : []));
  const counted = countApprovals(wanted, given?.approved ?? [], judged);
  return demands.map((demand, i) => {
    const own = counted.filter((c) => c.demand === i);
    const unreadable = (spelled[i] ?? []).flatMap((w): VerdictNode[] =>
      Array.isArray(w)
        ? []
        : [
            {
              name: "owners",
              truth: "unknown",
              reasons: [{ code: "owners-unreadable", why: w.unreadable }],
              children: [],
            },
          ],
    );
    const evidence = demand.needs.evidence.map((e) => evidenceNode(e, demand.name, judged));
    const nodes = [
      ...own.map((c) => (given ? c.node : { ...c.node, truth: "unknown" as const })),
      ...unreadable,
      ...evidence,
    ];
    return { ...demand, counted: own, nodes, truth: metBy(demand, nodes) };
  });
}

/** Needs that turn out to ask for nobody (no owners, none of zero) are met; a rule that only holds or refuses isn't. */
function metBy(demand: Demand, nodes: readonly VerdictNode[]): Truth {
  if (nodes.length > 0) return allOf(nodes.map((n) => n.truth));
  const asksNothing = demand.needs.approvals.length + demand.needs.evidence.length === 0;
  return asksNothing && (demand.then === "hold" || demand.then === "refuse") ? "false" : "true";
}
