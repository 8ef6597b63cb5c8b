import { conditionDepth, many, whoOf } from "./conditions.js";
import { emptyPolicy } from "./defaults.js";
import { placeIn, type ReadLayer } from "./layers.js";
import { policyLimits } from "./limits.js";
import { needsOf, paceOf, precedentOf, queueOf, ruleOf, type Automatic } from "./normalise.js";
import type { Policy, Rule } from "./policy.js";
import { nearestWord, type Problem } from "./problem.js";
import type { RawWhen } from "./schema-when.js";

/** What the texts read so far add up to. */
export interface Stack {
  readonly policy: Policy;
  readonly automatic: Automatic;
}
export const bottom: Stack = { policy: emptyPolicy, automatic: { owner: null, downgrade: null, trips: null } };

/** One text over those that it extends. Rules of the same name replace, unless locked; settings replace key by key. */
export function overlay(below: Stack, layer: ReadLayer, problems: Problem[]): Stack {
  const { raw } = layer;
  const automatic: Automatic = {
    owner: whoOf(raw.automatic?.owner)[0] ?? below.automatic.owner,
    downgrade: raw.automatic?.downgrade ?? below.automatic.downgrade,
    trips: raw.automatic?.trips ?? below.automatic.trips,
  };
  problems.push(...depthProblems(layer));
  const { policy } = below;
  const commands = Object.entries(raw.commands ?? {}).map(([name, who]) => [name, whoOf(who)] as const);
  return {
    automatic,
    policy: {
      ...policy,
      rules: rulesOver(below, layer, problems),
      precedents: [
        ...policy.precedents,
        ...(raw.precedents ?? []).map((p, i) => {
          const place = { path: layer.path, ...placeIn(layer, ["precedents", i]) };
          return precedentOf(p, place);
        }),
      ],
      always: raw.always === undefined ? policy.always : needsOf(raw.always),
      vetoes: raw.vetoes === undefined ? policy.vetoes : whoOf(raw.vetoes),
      voidedBy: raw.voided_by ?? policy.voidedBy,
      queue: raw.queue === undefined ? policy.queue : queueOf(raw.queue, policy.queue),
      pace: raw.pace === undefined ? policy.pace : paceOf(raw.pace, policy.pace),
      report: {
        weekly: raw.report?.weekly ?? policy.report.weekly,
        daily: raw.report?.daily ?? policy.report.daily,
        zone: raw.report?.zone ?? policy.report.zone,
      },
      show: { labels: raw.show?.labels ?? policy.show.labels, comment: raw.show?.comment ?? policy.show.comment },
      actors: {
        bots: [...new Set([...policy.actors.bots, ...many(raw.bots)])],
        agents: [...new Set([...policy.actors.agents, ...many(raw.agents)])],
      },
      commands: { ...policy.commands, ...Object.fromEntries(commands) },
      risk: {
        medium: raw.risk?.medium ?? policy.risk.medium,
        high: raw.risk?.high ?? policy.risk.high,
        critical: raw.risk?.critical ?? policy.risk.critical,
      },
      auditShare: raw.automatic?.audits ?? policy.auditShare,
    },
  };
}

function rulesOver(below: Stack, layer: ReadLayer, problems: Problem[]): readonly Rule[] {
  const rules = new Map(below.policy.rules.map((rule) => [rule.name, rule]));
  const refuse = (keys: readonly PropertyKey[], message: string, hint?: string) =>
    problems.push({
      path: layer.path,
      ...placeIn(layer, keys),
      message,
      ...(hint !== undefined && { hint }),
      severity: "error",
    });
  for (const [i, name] of many(layer.raw.remove).entries()) {
    const near = nearestWord(name, [...rules.keys()]);
    const keys = typeof layer.raw.remove === "string" ? ["remove"] : ["remove", i];
    const rule = rules.get(name);
    if (!rule)
      refuse(keys, `no rule \`${name}\` is inherited`, near === undefined ? undefined : `did you mean \`${near}\`?`);
    else if (rule.locked) refuse(keys, `\`${name}\` is locked by ${rule.place.path} and cannot be removed`);
    else rules.delete(name);
  }
  const own = new Set<string>();
  for (const [i, raw] of (layer.raw.rules ?? []).entries()) {
    const place = { path: layer.path, ...placeIn(layer, ["rules", i]) };
    const known = rules.get(raw.name);
    if (own.has(raw.name))
      refuse(["rules", i, "name"], `there are two rules \`${raw.name}\``, "give each its own name");
    else if (known?.locked)
      refuse(["rules", i, "name"], `\`${raw.name}\` is locked by ${known.place.path} and cannot be replaced`);
    own.add(raw.name);
    rules.set(raw.name, ruleOf(raw, place));
  }
  return [...rules.values()];
}

function depthProblems(layer: ReadLayer): Problem[] {
  const conditions: Array<readonly [readonly PropertyKey[], RawWhen | undefined]> = [
    ...(layer.raw.rules ?? []).map((rule, i) => [["rules", i, "when"], rule.when] as const),
    ...(layer.raw.rules ?? []).map((rule, i) => [["rules", i, "needs", "that"], rule.needs?.that] as const),
    ...(layer.raw.precedents ?? []).map((rule, i) => [["precedents", i, "when"], rule.when] as const),
  ];
  return conditions.flatMap(([keys, when]): Problem[] =>
    when !== undefined && conditionDepth(when) > policyLimits.conditionDepth
      ? [
          {
            path: layer.path,
            ...placeIn(layer, keys),
            message: `\`all\`, \`any\` and \`not\` nest deeper than ${policyLimits.conditionDepth} levels (limit conditionDepth)`,
            hint: "split it into two rules",
            severity: "error",
          },
        ]
      : [],
  );
}
