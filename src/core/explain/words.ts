import { isPermission } from "../model/actor.js";
import type { EarnedAutonomy } from "../memory/autonomy.js";
import type { Reason } from "../model/reason.js";
import { utcTime } from "../policy/calendar.js";

/**
 * A reason in one plain sentence of Markdown, escaped. The only place where a reason becomes words: check, comment,
 * dashboard, command line and metrics all render the same value.
 */
export function words(reason: Reason): string {
  switch (reason.code) {
    case "reversibility":
      return reversibilityWords(reason);
    case "risk":
      return `Risk is ${reason.level} (${percent(reason.score)} likely to be reverted or do harm).`;
    case "diff-unreadable":
      return `The change could not be read whole (${text(reason.why)}), so it is not treated as safe.`;
    case "diff-empty":
      return "The change holds nothing.";
    case "policy-absent":
      return "This repository has no `.github/drumline.yml`, so the safe default holds: nothing moves by itself, one approval by somebody with write access, two for what cannot be taken back.";
    case "policy-unreadable":
      return `The policy could not be read (${text(reason.why)}), so the last good one holds.`;
    case "policy-invalid":
      return `The policy on the base branch is invalid, so ${reason.held === "last-good" ? "the last valid one" : "the safe default"} holds: ${reason.problems.map((p) => code(p)).join("; ")}`;
    case "proposed-policy":
      return proposedPolicy[reason.fault](reason.what.map((w) => code(w)).join("; "));
    case "rule-applies":
    case "rule-holds":
    case "rule-refuses":
      return ruleWords(reason);
    case "rule-unknown":
      return `Whether ${name(reason.rule)} applies could not be told: ${text(reason.what)}.`;
    case "rule-lapsed":
      return `${capital(name(reason.rule))} was to be reviewed by ${text(reason.reviewBy)}${reason.owner === null ? "" : ` by ${person(reason.owner)}`} and has lapsed.`;
    case "condition":
      return `${text(reason.what)}: ${text(reason.found)}.`;
    case "auto-denied":
      return `${capital(name(reason.rule))} may not move it by itself: ${autoDenied[reason.why]}.`;
    default:
      return peopleOrLineWords(reason);
  }
}

type Rest = Exclude<
  Reason,
  {
    code:
      | "reversibility"
      | "risk"
      | "diff-unreadable"
      | "diff-empty"
      | "policy-absent"
      | "policy-unreadable"
      | "policy-invalid"
      | "proposed-policy"
      | "rule-applies"
      | "rule-holds"
      | "rule-refuses"
      | "rule-unknown"
      | "rule-lapsed"
      | "condition"
      | "auto-denied";
  }
>;

function peopleOrLineWords(reason: Rest): string {
  switch (reason.code) {
    case "approvals-missing":
      return `${capital(name(reason.rule))} needs ${count(reason.need, "approval")} and has ${reason.have}${reason.from.length === 0 ? "" : `; ${list(reason.from.map(person))} can give ${reason.need - reason.have === 1 ? "it" : "them"}`}.`;
    case "approvals-given":
      return `Approved for ${name(reason.rule)} by ${list(reason.by.map(person))}.`;
    case "approval-void":
      return `The approval of ${person(reason.by)} does not count: ${approvalVoid[reason.why]}.`;
    case "changes-requested":
      return `${person(reason.by)} asked for changes.`;
    case "evidence-missing":
      return `${capital(name(reason.rule))} needs ${text(reason.what)}.`;
    case "owners-unreadable":
      return `Who owns the touched paths could not be told (${text(reason.why)}).`;
    case "refused":
      return `${person(reason.by)} refused it (“${text(reason.reason)}”); that holds until it is answered.`;
    case "overridden":
      return `${person(reason.by)} overrode the policy for this head (“${text(reason.reason)}”).`;
    case "override-void":
      return `The override by ${person(reason.by)} does not count: ${overrideVoid[reason.why]}.`;
    case "facts-unreadable":
      return `The ${reason.what} could not be read (${text(reason.why)}), and what cannot be read permits nothing.`;
    case "held":
      return `${person(reason.by)} put it on hold.`;
    case "person-asked-for":
      return `${person(reason.by)} asked for a person${reason.named.length === 0 ? "" : `: ${list(reason.named.map(person))}`}.`;
    case "command-denied":
      return `${person(reason.by)} may not \`${reason.command}\` here: that takes ${text(reason.needs)}.`;
    case "command-unclear":
      return `The command by ${person(reason.by)} was not understood: ${text(reason.message)}.`;
    default:
      return lineWords(reason);
  }
}

type LineReason = Exclude<
  Rest,
  {
    code:
      | "approvals-missing"
      | "approvals-given"
      | "approval-void"
      | "changes-requested"
      | "evidence-missing"
      | "owners-unreadable"
      | "refused"
      | "overridden"
      | "override-void"
      | "facts-unreadable"
      | "held"
      | "person-asked-for"
      | "command-denied"
      | "command-unclear";
  }
>;

function lineWords(reason: LineReason): string {
  switch (reason.code) {
    case "draft":
      return "It is a draft.";
    case "closed":
      return "It is closed.";
    case "not-queued":
      return "All that is needed is there; comment `@drumline queue` to put it in the queue.";
    case "conflict":
      return `It conflicts with the base at ${sha(reason.withBase)}; merge or rebase it and resolve the conflict.`;
    case "conflict-with":
      return `It conflicts with #${reason.other}, which is ahead of it.`;
    case "checks-pending":
      return `Waiting for ${names(reason.names, "its checks")}.`;
    case "checks-failed":
      return `${names(reason.names, "A check")} failed${links(reason.urls)}.`;
    case "checks-unreadable":
      return `The checks could not be read (${text(reason.why)}).`;
    case "checks-absent":
      return `${names(reason.names, "No check")} never started: does CI run on branches that begin with \`drumline/\`?`;
    case "depends-on":
      return `It depends on #${reason.number}, which ${reason.state === "open" ? "has not landed yet" : "is not open and has not landed"}.`;
    case "stacked-on":
      return `It is stacked on #${reason.number}, which has to land first.`;
    case "other-base":
      return `It points at ${code(reason.base)}, which no queue governs.`;
    case "ejected":
      return `It failed${reason.with.length === 0 ? " by itself" : ` together with ${list(reason.with.map((n) => `#${n}`))}, which landed without it`}: group ${reason.group}${links(reason.urls)}. Push a fix, and it is judged anew.`;
    case "waits-for-slot":
      return reason.ahead === 0 ? "Next to be tested." : `${count(reason.ahead, "change")} ahead of it in the queue.`;
    case "waits-alone":
      return `It cannot be taken back, so it lands alone, after ${list(reason.behind.map((n) => `#${n}`))}.`;
    case "testing":
      return `Being tested in group ${reason.group}${reason.with.length === 0 ? "" : ` with ${list(reason.with.map((n) => `#${n}`))}`}${reason.attempt > 1 ? `, attempt ${reason.attempt}` : ""}${reason.until === undefined ? "" : `; expected by ${utcTime(reason.until)}`}.`;
    case "retrying":
      return `Being tested again (attempt ${reason.attempt}) in group ${reason.group}: the last failure looks like ${retryCause[reason.why]}.`;
    case "landing":
      return `Landing as ${sha(reason.sha)}.${composedWords(reason.parts)}`;
    case "landed":
      return `Landed as ${sha(reason.sha)} on ${utcTime(reason.at)}.${composedWords(reason.parts)}`;
    case "touches":
      return `It touches ${list(reason.targets.map(code))}${reason.more === 0 ? "" : ` and ${count(reason.more, "target")} more`}: what touches none of these can land beside it.`;
    case "touches-everything":
      return touchesWords(reason);
    case "audit-drawn":
      return `It moved by itself and was drawn for an audit, as ${percent(reason.share)} of such changes are: ${list(reason.of.map(person))} can answer with a review of it here.`;
    case "paused":
      return `The queue is paused by ${person(reason.by)}: ${text(reason.why)}.`;
    case "line-stopped":
      return `The line is stopped: ${text(reason.why)} A maintainer resumes it with \`@drumline resume\`.`;
    case "frozen":
      return `Landing is frozen: ${text(reason.name)}.`;
    case "gated":
    case "drum-full":
    case "deploy-full":
      return paceWords(reason);
    case "ready":
      return "All that is needed is there.";
    default:
      return provingWords(reason);
  }
}

type Proving = Extract<
  Reason,
  {
    code:
      | "suspected"
      | "failed-alone"
      | "branch-unproven"
      | "branch-red"
      | "overtaken"
      | "retry-later"
      | "draining"
      | "window-closed"
      | "throttled";
  }
>;

function composedWords(parts: readonly string[] | undefined): string {
  if (!parts) return "";
  return ` This exact tree was not tested as a whole: it is composed of parts that were each tested, ${parts.length === 1 ? "group" : "groups"} ${list(parts)}, and that touch no target in common.`;
}

function touchesWords({ because, what = "" }: Extract<Reason, { code: "touches-everything" }>): string {
  return `It counts as touching everything, and waits for its turn among all others: ${touchesEverything[because](what)}.`;
}

/** Where the planner waits for proof or for the calendar. */
function provingWords(reason: Proving): string {
  switch (reason.code) {
    case "suspected":
      return `Group ${reason.group} failed with it and ${list(reason.with.map((n) => `#${n}`))}: they are tested apart to find which is at fault (${percent(1 - reason.good)} likely this one).`;
    case "failed-alone":
      return `It failed by itself (group ${reason.group}). That may be a flake: it is tested again, and ${count(reason.more, "more failure")} would take it out of the queue.`;
    case "branch-unproven":
      return `It failed by itself (group ${reason.group}). Before it is blamed, the branch is tested without it.`;
    case "branch-red":
      return `The branch itself has been red since ${utcTime(reason.since)}: nothing else is tested until it is mended. A hotfix, or what mends it, goes on.`;
    case "overtaken":
      return `It passed in group ${reason.group}, but ${count(reason.by, "change")} landed meanwhile that it was not tested with: it is tested again.`;
    case "retry-later":
      return `The last test ended by ${retryCause[reason.why]}, which is no fault of its own: it is tried again at ${utcTime(reason.until)}.`;
    case "draining":
      return "The queue is being drained: what is being tested goes on, nothing new is started.";
    case "window-closed":
      return `It lands in a merge window, and none is open${reason.until == null ? "" : `; the next opens at ${utcTime(reason.until)}`}.`;
    case "throttled":
      return `No more than ${reason.perHour} may land in an hour: there is room again at ${utcTime(reason.until)}.`;
  }
}

function reversibilityWords({ reversibility, detectors }: Extract<Reason, { code: "reversibility" }>): string {
  const why = detectors.length === 0 ? "" : ` (${detectors.map(code).join(", ")})`;
  switch (reversibility) {
    case "reversible":
      return "Reversible: a revert and a normal deploy restore behaviour and data.";
    case "recoverable":
      return `Recoverable: a revert needs a planned extra step, or the deploy itself is hazardous${why}.`;
    case "irreversible":
      return `Irreversible: something would be lost or leave the building${why}.`;
    case "unknown":
      return `Unknown: part of it could not be read, so it is not treated as safe${why}.`;
  }
}

function ruleWords(reason: Extract<Reason, { code: "rule-applies" | "rule-holds" | "rule-refuses" }>): string {
  const does = { "rule-applies": "applies", "rule-holds": "holds it", "rule-refuses": "refuses it" }[reason.code];
  return `${capital(name(reason.rule))} ${does}: ${text(reason.why)}`.replace(/([^.!?”])$/, "$1.");
}

const proposedPolicy = {
  invalid: (what: string) => `The policy that it proposes is not valid: ${what}`,
  "tests-failing": (what: string) => `The policy that it proposes fails its own tests: ${what}`,
  unreadable: (what: string) =>
    `The policy that it proposes could not be read (${what}), and what cannot be read permits nothing.`,
} as const;
type PaceReason = Extract<Reason, { code: "gated" | "drum-full" | "deploy-full" }>;

/** What waits for the pace of the line. */
function paceWords(reason: PaceReason): string {
  if (reason.code === "gated") return gatedWords(reason);
  const why = reason.code === "drum-full" ? drumWords(reason) : deployWords(reason);
  const end = reason.until === null ? "when there is room, which is overdue" : `at about ${utcTime(reason.until)}`;
  if (reason.how === "observed") return `It would wait and go on ${end}: ${why}. The policy only watches.`;
  return `It waits: ${why}. It goes on ${end}, at the latest after ${utcTime(reason.latest)}; a hotfix passes.`;
}

function drumWords({ class: of, per, landed, limit }: Extract<Reason, { code: "drum-full" }>): string {
  const one = of === "irreversible" ? "change that cannot be taken back" : "change that needs a plan to be taken back";
  const many = one.replace("change", "changes").replace("needs", "need");
  const since = per === "deploy" ? "since the last deployment" : "within a day";
  const absorbed = `${limit} ${limit === 1 ? "is" : "are"} what production is taken to absorb`;
  return `${landed} ${landed === 1 ? `${one} has` : `${many} have`} landed ${since}, and ${absorbed}`;
}

function deployWords({ waiting, takes }: Extract<Reason, { code: "deploy-full" }>): string {
  return `deployments limit this line, ${count(waiting, "landed change")} ${waiting === 1 ? "waits" : "wait"} for the next one, and it takes ${takes}`;
}

function gatedWords({ how, station, until, latest, ready, enough }: Extract<Reason, { code: "gated" }>): string {
  const why = `${hours(ready)} of ready work stand before ${station}, which limits this line, and ${hours(enough)} are enough`;
  if (how === "observed")
    return `It would wait at the gate until about ${utcTime(until)}: ${why}. The policy only watches.`;
  return `Held at the gate: ${why}. It is let through by about ${utcTime(until)}, at the latest ${utcTime(latest)}; a person lets it through at once with \`@drumline queue\`.`;
}

function hours(minutes: number): string {
  return count(Math.round(minutes / 6) / 10, "hour");
}

const touchesEverything = {
  "one-way": () => "it cannot be taken back, or could not be read whole",
  "files-unreadable": () => "which files it touches could not be read",
  unreported: () => "CI has not reported which targets it affects",
  "report-unreadable": (what: string) => `what CI reports of its targets could not be used (${text(what)})`,
  "no-scope": (what: string) => `${code(what)} is in no scope of the policy`,
  governs: (what: string) => `${code(what)} decides how changes are judged and tested`,
  dependencies: (what: string) => `${code(what)} says who depends on whom`,
} as const;

const autoDenied = {
  irreversible: "it cannot be taken back",
  unknown: "part of it could not be read",
  lapsed: "the rule has lapsed",
  tripped: "too many of its changes went wrong lately",
} as const;
const approvalVoid = {
  "diff-changed": "a push changed the diff since",
  "head-unrecorded": "it names no head that was seen here",
  dismissed: "it was dismissed",
  "not-eligible": "the rule asks for somebody else",
} as const;
const overrideVoid = {
  "diff-changed": "a push changed the diff since",
  "not-authorised": "that takes more permission",
  "authority-unreadable": "their permission could not be read",
} as const;
const retryCause = { flake: "a flake", infrastructure: "trouble with CI itself", timeout: "a time-out" } as const;

/** Text that others wrote, made harmless in Markdown: no mention, no markup, no line break, bounded. */
export function text(raw: string): string {
  const flat = raw.replace(/\s+/g, " ").trim();
  const short = flat.length > 300 ? `${flat.slice(0, 299)}…` : flat;
  return short.replace(/[\\`*_{}[\]<>|~#]/g, "\\$&").replace(/@(?=\w)/g, "@\u200b");
}

/** As inline code; backticks inside cannot end it. */
export function code(raw: string): string {
  return `\`${raw.replace(/\s+/g, " ").replaceAll("`", "ˋ").slice(0, 300)}\``;
}

function name(rule: string): string {
  return `“${text(rule)}”`;
}

/** A login, a team or a description; named without notifying anybody: asks notify, reasons only tell. */
function person(who: string): string {
  if (isPermission(who)) return `anybody with ${who} access`;
  const plain = who.replace(/^@/, "");
  return /^[\w.[\]-]+(\/[\w.-]+)?$/.test(plain) ? `**${text(plain)}**` : text(plain);
}

function names(all: readonly string[], otherwise: string): string {
  return all.length === 0 ? otherwise : list(all.map(code));
}

function links(urls: readonly string[]): string {
  const safe = urls.filter((u) => /^https?:\/\/[^\s()<>]+$/.test(u)).slice(0, 3);
  return safe.length === 0 ? "" : ` (${safe.map((u, i) => `[log${i === 0 ? "" : ` ${i + 1}`}](${u})`).join(", ")})`;
}

export function list(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? "";
  const shown = items.slice(0, 10);
  const more = items.length - shown.length;
  const last = more > 0 ? `${more} more` : (shown.pop() ?? "");
  return `${shown.join(", ")} and ${last}`;
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

export function percent(share: number): string {
  return share < 0.001 ? "under 0.1 %" : `${(share * 100).toFixed(1)} %`;
}

/** What a class has earned, and on what grounds. */
export function autonomyWords({ class: of, level, outcomes }: EarnedAutonomy): string {
  const harmed = outcomes.harmed === 0 ? "none" : `${outcomes.harmed}`;
  return `${level}, for ${of.replaceAll("/", ", ")} risk: ${outcomes.landed} landed long enough ago, ${harmed} taken out again`;
}

function sha(id: string): string {
  return code(id.slice(0, 12));
}

function capital(sentence: string): string {
  return sentence.replace(/^(\W*)(\w)/, (_, before: string, first: string) => before + first.toUpperCase());
}
