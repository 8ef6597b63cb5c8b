import type { Risk } from "../../core/model/classification.js";
import type { ScoredChange } from "../../core/risk/change.js";
import type { Judged } from "../../core/risk/figures.js";
import { maturityMs } from "../../core/risk/followed.js";
import { harmWindowMs } from "../../core/risk/history.js";
import type { RiskPrior } from "../../core/risk/prior.js";
import { riskOf } from "../../core/risk/score.js";
import { assess, initialRiskState, learn, learnLanding } from "../../core/risk/state.js";
import type { Labels, LabelledCommit } from "./reverts.js";

/** A change with the risk that it would have been given when it landed, and what became of it. */
export interface Replayed extends Judged {
  readonly labelled: LabelledCommit;
  readonly change: ScoredChange;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly risk: Risk;
  /** Lines added and deleted: the baseline that every score must beat. */
  readonly size: number;
  /** Of a person's reading, estimated from the size. */
  readonly minutes: number;
}

export interface Replay {
  /** Changes by people that are no reverts and had time to come to harm: what the figures are about. */
  readonly judged: readonly Replayed[];
  readonly all: readonly Replayed[];
  /** Landed in the last `maturityMs`: too young to be judged. */
  readonly young: number;
}

/** Streams the history in time order: each change is scored with what was known when it landed. */
export function replayHistory(labels: Labels, prior: RiskPrior): Replay {
  const step = replaySteps(labels, prior);
  return replayOf(labels.commits.map((labelled) => step(labelled)));
}

/**
 * The same, one landed change after the other in their order, for those who learn meanwhile what classification finds
 * in it. What is not known is left out, as everywhere.
 */
export function replaySteps(
  labels: Labels,
  prior: RiskPrior,
): (labelled: LabelledCommit, findings?: ScoredChange["findings"]) => Replayed {
  const state = initialRiskState(prior);
  const outcomes = outcomesOf(labels);
  let next = 0;
  return (labelled, findings) => {
    const change = { ...changeOf(labelled), ...(findings && { findings }) };
    const at = labelled.commit.at * 1000;
    for (let o = outcomes[next]; o && o.at <= at; o = outcomes[++next]) learn(state, { type: "harmed", ...o });
    const assessment = assess(state, { change, at });
    const risk = riskOf(state, { assessment });
    learnLanding(state, { assessment, at });
    const size = change.added + change.deleted;
    return {
      labelled,
      change,
      at,
      risk,
      score: risk.score,
      bad: isBad(labelled, labels),
      size,
      minutes: readingMinutes(size),
    };
  };
}

export function replayOf(all: readonly Replayed[]): Replay {
  const end = all.reduce((latest, r) => Math.max(latest, r.at), 0);
  const counted = all.filter((r) => !r.change.isBot && r.labelled.revertDepth % 2 === 0);
  const judged = counted.filter((r) => r.bad || end - r.at >= maturityMs);
  return { judged, all, young: counted.length - judged.length };
}

function outcomesOf(labels: Labels): Array<{ id: string; at: number }> {
  return labels.commits
    .flatMap(({ commit, revertedBy }) => {
      const by = revertedBy && labels.commits[revertedBy.index];
      return by ? [{ id: commit.sha, at: by.commit.at * 1000 }] : [];
    })
    .sort((a, b) => a.at - b.at);
}

/** Taken out within 60 days, by a person, not itself a revert: the label of the development histories. */
function isBad({ commit, revertedBy, revertDepth }: LabelledCommit, labels: Labels): boolean {
  const by = revertedBy && labels.commits[revertedBy.index];
  if (!by || commit.isBot || revertDepth % 2 === 1) return false;
  return (by.commit.at - commit.at) * 1000 <= harmWindowMs;
}

function changeOf({ commit }: LabelledCommit): ScoredChange {
  return {
    id: commit.sha,
    author: commit.author,
    isBot: commit.isBot,
    title: commit.title,
    files: commit.files,
    fileCount: commit.fileCount,
    added: commit.added,
    deleted: commit.deleted,
  };
}

/** Reading speed that inspections sustain (about 400 lines an hour), a start-up cost, and where people stop reading. */
function readingMinutes(size: number): number {
  return startMinutes + Math.min(size, linesReadMax) / linesPerMinute;
}

export const startMinutes = 3;
export const linesPerMinute = 400 / 60;
export const linesReadMax = 1500;
