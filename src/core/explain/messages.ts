import type { Brief } from "../constraint/brief/brief.js";
import { briefText } from "../constraint/brief/brief-words.js";
import type { ReviewItem, ReviewList } from "../line/review-list.js";
import type { WordsEffect } from "../model/effect.js";
import type { Instant } from "../model/ids.js";
import { isoWeekOf, localTime, utcTime } from "../policy/calendar.js";
import type { ReportSettings } from "../policy/policy.js";
import { code, count, list, text } from "./words.js";

/**
 * What is told unasked, where the policy wants it: the brief once a week, the reviewers' list once a working day. Few
 * writes on purpose: an issue a week, an edit a day.
 */
export type Message = Pick<Extract<WordsEffect, { kind: "issue" }>, "id" | "topic" | "series"> & {
  readonly tells: "brief" | "reviews";
  /** The ISO week, or the date. */
  readonly period: string;
};

/** Messages wait for the local morning, so that they tell of whole days and are there when work begins. */
const morningMinute = 6 * 60;
const lastWorkday = 5;

/** @param said ids of messages that were sent, or tried: none is sent twice, whatever became of it */
export function messagesDue(
  { weekly, daily, zone }: ReportSettings,
  { base, now, said }: { readonly base: string; readonly now: Instant; readonly said: ReadonlySet<string> },
): readonly Message[] {
  const local = localTime(now, zone);
  if (local.weekday > lastWorkday || local.minute < morningMinute) return [];
  const week = isoWeekOf(local);
  const messages: readonly Message[] = [
    ...(weekly ? [messageOf("brief", { period: week, topic: `brief:${base}:${week}`, series: `brief:${base}:` })] : []),
    ...(daily ? [messageOf("reviews", { period: local.date, topic: `reviews:${base}`, series: null })] : []),
  ];
  return messages.filter((m) => !said.has(m.id));
}

function messageOf(tells: Message["tells"], of: Pick<Message, "period" | "topic" | "series">): Message {
  return { tells, id: `issue:${of.topic}:${of.period}`, ...of };
}

/** The brief in the words of `drumline report`: as code, so that no name in it notifies anybody. */
export function briefIssue(message: Message, { base, brief }: { base: string; brief: Brief }): WordsEffect {
  const { id, topic, series, period } = message;
  const body = `\`\`\`text\n${briefText(brief).replaceAll("`", "ˋ")}\n\`\`\`\n\n${wantedBy("weekly")}`;
  return { kind: "issue", id, topic, series, title: `The constraint of ${base}, week ${period}`, body };
}

/** The first of the list are told; the rest is on the dashboard. */
const itemsTold = 25;

/** The list in its order, with who could answer. How much anybody has or has not done is told of nobody. */
export function reviewsIssue(
  message: Message,
  { base, reviews, now }: { base: string; reviews: ReviewList; now: Instant },
): WordsEffect {
  const { id, topic, series, period } = message;
  const told = reviews.items.slice(0, itemsTold);
  const more = reviews.items.length - told.length;
  const lines = [
    `As of ${period}. What waits for judgment, in the order that frees most for each minute of it.`,
    "",
    ...told.map((item, i) => `${i + 1}. ${itemLine(item, now)}`),
    ...(told.length === 0 ? ["Nothing waits for anybody's judgment."] : []),
    ...(more > 0 ? ["", `${count(more, "more change")} on the dashboard.`] : []),
    ...(reviews.fewest.length > 0
      ? ["", `The fewest people who together could answer: ${list(reviews.fewest.map(code))}.`]
      : []),
    ...batchLines(reviews),
    "",
    wantedBy("daily"),
  ];
  return { kind: "issue", id, topic, series, title: `What waits for review on ${base}`, body: lines.join("\n") };
}

/** What one sitting can answer, with the time from which it can land. */
function batchLines({ batches }: ReviewList): string[] {
  if (batches.length === 0) return [];
  const lines = batches.map(({ numbers, reversibility, of, minutes, opens }) => {
    const who = of.length === 0 ? "" : ` by ${list(of.slice(0, 3).map(code))}`;
    const from = opens === null ? "" : `; they can land from ${utcTime(opens)}`;
    return `- ${list(numbers.map((n) => `#${n}`))} (${reversibility}, about ${Math.round(minutes)} minutes)${who}${from}`;
  });
  return ["", "To answer in one sitting, as their evidence is complete:", "", ...lines];
}

const hourMs = 3_600_000;

function itemLine(item: ReviewItem, now: Instant): string {
  const who = item.suggested.length > 0 ? `; could answer: ${list(item.suggested.map(code))}` : "";
  const waits = Math.max(0, Math.round((now - item.waitsSince) / hourMs));
  const asks = item.question === "" ? "" : ` ${text(item.question)}`;
  return `#${item.number} ${text(item.title)} (${item.reversibility}, ${item.risk} risk, about ${Math.round(item.minutes)} minutes, waits ${count(waits, "hour")}).${asks}${who}`;
}

function wantedBy(key: "weekly" | "daily"): string {
  return `<sub>Told because the policy says \`report: { ${key}: true }\`.</sub>`;
}
