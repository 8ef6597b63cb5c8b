import type { Person, WantedPull } from "../../sandbox/people.js";
import type { Sandbox } from "../../sandbox/server.js";
import type { PullIssue, Repo } from "../../sandbox/state.js";

/** Where a story is played: who does what, and what it waits for. Pull requests are known by short names. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly repo: Repo;
  readonly as: (login: string) => Person;
  readonly opens: (name: string, by: string, wanted: WantedPull) => Promise<number>;
  readonly number: (name: string) => number;
  /** Where the line has this pull request now; null while it has said nothing. */
  readonly standing: (name: string) => Promise<Standing | null>;
  readonly standingOf: (number: number) => Promise<Standing | null>;
  /** @throws StoryStuck when it takes longer than the story allows. */
  readonly until: (what: string, holds: () => Promise<boolean> | boolean) => Promise<void>;
  readonly landed: (name: string) => Promise<void>;
  /** CI has passed on the head. */
  readonly tested: (name: string) => Promise<void>;
  readonly stands: (name: string, place: Standing["place"]) => Promise<void>;
  /** What the dashboard says of the constraint; null until it has worked it out. */
  readonly constraint: () => Promise<ConstraintSeen | null>;
  readonly tells: (what: string) => void;
  /** Seconds at speed 1. */
  readonly pause: (seconds: number) => Promise<void>;
}

/** What the line believes of a pull request, as far as a story needs to know. */
export interface Standing {
  readonly place: "proposed" | "queued" | "ejected" | "landed";
  readonly path: "auto" | "review" | "escalate" | "hold" | "refuse";
  /** Codes of the reasons that are given for where it stands. */
  readonly reasons: readonly string[];
}

export interface ConstraintSeen {
  readonly constraint: string;
  /** Pull requests of the simulated past that were read. */
  readonly pastPulls: number;
  /** Of these, landed changes that were classified. */
  readonly pastClasses: number;
  readonly moves: readonly { readonly from: string; readonly to: string; readonly on: Date }[];
}

export class StoryStuck extends Error {}

export interface StageOptions {
  readonly sandbox: Sandbox;
  readonly repo: Repo;
  readonly standingOf: (number: number) => Promise<Standing | null>;
  readonly constraint: Stage["constraint"];
  readonly tells: (what: string) => void;
  readonly speed: number;
  /** Longest wait for one thing, seconds; the clock's, whatever the speed. */
  readonly patienceSeconds: number;
  readonly signal: AbortSignal;
}

const pollMs = 250;

export function buildStage(options: StageOptions): Stage {
  const { sandbox, repo } = options;
  const numbers = new Map<string, number>();
  const number = (name: string): number => {
    const found = numbers.get(name);
    if (found === undefined) throw new Error(`the story has not opened ${name} yet`);
    return found;
  };
  const until: Stage["until"] = async (what, holds) => {
    const end = Date.now() + options.patienceSeconds * 1000;
    while (!(await holds())) {
      options.signal.throwIfAborted();
      if (Date.now() > end) throw new StoryStuck(`waited ${options.patienceSeconds} s for ${what}`);
      await sleep(pollMs);
    }
  };
  const standing: Stage["standing"] = async (name) => await options.standingOf(number(name));
  return {
    sandbox,
    repo,
    number,
    standing,
    standingOf: options.standingOf,
    until,
    constraint: options.constraint,
    as: (login) => sandbox.person(repo, login),
    opens: async (name, by, wanted) => {
      const issue = await sandbox.person(repo, by).opensPullRequest(wanted);
      numbers.set(name, issue.number);
      return issue.number;
    },
    landed: async (name) => await until(`${name} to land`, () => pullOf(repo, number(name)).pull.merged !== null),
    tested: async (name) =>
      await until(`tests of ${name}`, () => sandbox.ci?.passed(repo, pullOf(repo, number(name)).pull.headSha) ?? false),
    stands: async (name, place) =>
      await until(`${name} to be ${place}`, async () => (await standing(name))?.place === place),
    tells: options.tells,
    pause: async (seconds) => await sleep((seconds * 1000) / options.speed),
  };
}

export function pullOf(repo: Repo, number: number): PullIssue {
  const issue = repo.issues.get(number);
  if (!issue?.pull) throw new Error(`no pull request #${number}`);
  return issue as PullIssue;
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
