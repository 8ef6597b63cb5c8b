import { prNumber } from "../../src/core/model/ids.js";
import type { FlowRecord } from "../../src/engine/ports.js";
import { aChain, eventsOf, slower } from "./chain.js";
import type { FlowEvent } from "../../src/core/constraint/flow/event.js";
import type { RecordedStep } from "../../src/core/constraint/flow/recorded-builds.js";

/** Three weeks of a chain whose reviews take far too long, as its store would hold them. */
export function recordedFlow(monday: number): FlowRecord[] {
  const events = eventsOf(slower(aChain(), { station: "review", by: 2.6 }), { days: 20, seed: 5 });
  return stepsOf(events, monday).map((s) => ({ ...s, number: s.number === null ? null : prNumber(s.number) }));
}

/** Events of a simulated chain as webhooks and decisions would have recorded them: commits, check runs, groups. */
export function stepsOf(events: readonly FlowEvent[], monday: number): RecordedStep[] {
  const heads = new Map<unknown, number>();
  const began = new Map<unknown, number>();
  return events.flatMap((e): RecordedStep[] => {
    const number = numberOf(e);
    const at = monday + e.at * 60_000;
    const nth = heads.get(e.pr) ?? 0;
    const head = `${e.pr}-${nth}`;
    const step = (event: string, data: RecordedStep["data"]): RecordedStep[] => [{ at, number, event, data }];
    switch (e.event) {
      case "opened": {
        const { kind, reversibility } = e;
        return [
          ...step("opened", { actor: e.actor, type: kind === "human" ? "User" : "Bot", draft: true, head }),
          ...step("judged", { kind, reversibility: reversibility ?? "unknown", path: "review", asks: [], paths: [] }),
        ];
      }
      case "ready_for_review":
        return step(e.event, { actor: e.actor, head });
      case "pushed":
        heads.set(e.pr, nth + 1);
        return step(e.event, { actor: e.actor, head: `${e.pr}-${nth + 1}` });
      case "build_started":
      case "build_finished":
        if (e.for === "queue") return groupStep(e, { at, began });
        return [{ at, number: null, event: e.event, data: { sha: head, for: "ci", name: "test", ok: e.ok } }];
      case "review_submitted":
      case "approved":
        return step("review_submitted", { actor: e.actor, state: "approved" });
      case "landed":
        return step(e.event, { sha: `landed-${e.pr}` });
      case "deployed":
        return [
          { at, number: null, event: e.event, data: { sha: `landed-${e.pr}`, ok: e.ok, environment: "production" } },
        ];
      default:
        return step(e.event, { actor: e.actor, team: e.team });
    }
  });
}

/** Pull requests are numbered from 1, simulated changes from 0. */
function numberOf(e: FlowEvent): number {
  return Number(e.pr) + 1;
}

function groupStep(e: FlowEvent, { at, began }: { at: number; began: Map<unknown, number> }): RecordedStep[] {
  if (e.event === "build_started") {
    began.set(e.pr, at);
    return [];
  }
  const minutes = (at - (began.get(e.pr) ?? at)) / 60_000;
  const result = e.ok ? "passed" : "failed";
  const group = {
    at,
    number: null,
    event: "group",
    data: { group: String(e.pr), members: [numberOf(e)], minutes, result },
  };
  return e.ok ? [group] : [group, { at, number: numberOf(e), event: "ejected", data: {} }];
}
