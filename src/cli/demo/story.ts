import * as change from "./changes.js";
import type { ConstraintSeen, Stage } from "./stage.js";

/** One thread of the story. Acts begin one after the other and then run side by side, as life does. */
export interface Act {
  readonly name: string;
  /** What it shows, for who watches. */
  readonly shows: string;
  readonly play: (stage: Stage) => Promise<void>;
}

export const story: readonly Act[] = [
  {
    name: "constraint",
    shows: "a simulated quarter is read from GitHub: its slow tests were mended, and the constraint moves to review",
    play: playConstraint,
  },
  { name: "docs", shows: "a bot's documentation lands by itself", play: playDocs },
  { name: "bump", shows: "a patch update lands by itself once its checks are green", play: playBump },
  { name: "refactor", shows: "an agent's refactoring needs one person", play: playRefactor },
  {
    name: "pair",
    shows: "two changes, green alone and red together: the culprit is ejected with proof",
    play: playPair,
  },
  { name: "conflict", shows: "a textual conflict is named, not guessed at", play: playConflict },
  {
    name: "dropped",
    shows: "a dropped column waits for two people, a plan, and judgment of what really lands",
    play: playDropped,
  },
  { name: "workflow", shows: "more rights for workflows go to a named owner", play: playWorkflow },
  { name: "flaky", shows: "a flaky test is tried again, its change is not ejected", play: playFlaky },
  { name: "stack", shows: "a stack of three lands in its order", play: playStack },
  { name: "fork", shows: "a newcomer's fork is judged and lands", play: playFork },
  { name: "refused", shows: "a refusal with a reason holds", play: playRefused },
  { name: "flood", shows: "an agent's ten changes at once don't drown the line", play: playFlood },
  { name: "hotfix", shows: "a hotfix overtakes", play: playHotfix },
];

async function open(stage: Stage, name: string, of: change.Change): Promise<number> {
  const { by, ...wanted } = of;
  return await stage.opens(name, by, wanted);
}

/** The one act whose people are simulated: a constraint shows in weeks. */
async function playConstraint(stage: Stage): Promise<void> {
  let seen: ConstraintSeen | null = null;
  await stage.until("the simulated quarter to be read and its constraint to be named", async () => {
    await stage.pause(1);
    seen = await stage.constraint();
    return seen !== null;
  });
  const { constraint, pastPulls, pastClasses, moves } = seen as unknown as ConstraintSeen;
  const told = moves.map((m) => `${m.from} to ${m.to} on ${m.on.toISOString().slice(0, 10)}`).join(", then ");
  stage.tells(
    `${pastPulls} simulated pull requests read, the newest ${pastClasses} that landed classified. ` +
      `The constraint moved from ${told || "nowhere"}.`,
  );
  if (constraint !== "review" || !moves.some((m) => m.from === "ci"))
    throw new Error(`the constraint should have moved from ci to review, and is ${constraint}`);
}

async function playDocs(stage: Stage): Promise<void> {
  await open(stage, "docs", change.docs);
  await stage.landed("docs");
}

async function playBump(stage: Stage): Promise<void> {
  await open(stage, "bump", change.bump);
  await stage.landed("bump");
}

async function playRefactor(stage: Stage): Promise<void> {
  const number = await open(stage, "refactor", change.refactor);
  await stage.tested("refactor");
  await stage.pause(2);
  await stage.as("tom").approves(number, "Reads better than before.");
  await stage.landed("refactor");
}

async function playPair(stage: Stage): Promise<void> {
  const rename = await open(stage, "rename", change.rename);
  const receipt = await open(stage, "receipt", change.receipt);
  await Promise.all([stage.tested("rename"), stage.tested("receipt")]);
  await stage.as("raj").approves(rename);
  await stage.as("raj").approves(receipt);
  const ejected = async (name: string) => (await stage.standing(name))?.place === "ejected";
  await stage.until(
    "one of the pair to be ejected",
    async () => (await ejected("receipt")) || (await ejected("rename")),
  );
  const [name, number, files, by] = (await ejected("receipt"))
    ? (["receipt", receipt, change.receiptMended, "lena"] as const)
    : (["rename", rename, change.renameMended, "tom"] as const);
  await stage.landed(name === "receipt" ? "rename" : "receipt");
  await stage.pause(2);
  const branch = name === "receipt" ? change.receipt.branch : change.rename.branch;
  const both = { ...(name === "receipt" ? change.receipt.files : change.rename.files), ...files };
  await stage.as(by).pushes({ branch, from: "main", force: "force", files: both, message: "Follow the other change" });
  await stage.tested(name);
  await stage.as("raj").approves(number, "Right with the other one now.");
  await stage.landed(name);
}

async function playConflict(stage: Stage): Promise<void> {
  const first = await open(stage, "dearer", change.dearer);
  const second = await open(stage, "cheaper", change.cheaper);
  await Promise.all([stage.tested("dearer"), stage.tested("cheaper")]);
  await stage.as("raj").approves(first);
  await stage.landed("dearer");
  await stage.as("tom").approves(second);
  await stage.until("the conflict to be named", async () => {
    const standing = await stage.standing("cheaper");
    return (
      standing !== null && standing.reasons.some((r) => r === "conflict" || r === "conflict-with" || r === "ejected")
    );
  });
  await stage.pause(2);
  const { branch } = change.cheaper;
  await stage.as("maya").pushes({ branch, from: "main", force: "force", files: change.cheaperAgain });
  await stage.tested("cheaper");
  await stage.as("tom").approves(second, "Agreed with accounting.");
  await stage.landed("cheaper");
}

async function playDropped(stage: Stage): Promise<void> {
  const number = await open(stage, "dropped", change.dropped);
  await stage.tested("dropped");
  await stage.until("the dropped column to be held", async () => (await stage.standing("dropped"))?.path === "hold");
  await stage.as("lena").describes(number, change.rollbackPlan);
  await stage.as("maya").approves(number, "The plan is sound.");
  await stage.pause(3);
  await stage
    .as("lena")
    .pushes({ branch: change.dropped.branch, files: change.droppedInTime, message: "Don't wait for locks" });
  await stage.tested("dropped");
  await stage.until("the approval to be void", async () =>
    ((await stage.standing("dropped"))?.reasons ?? []).includes("approvals-missing"),
  );
  await stage.pause(3);
  await stage.as("maya").approves(number, "Still sound.");
  await stage.pause(1);
  await stage.as("raj").approves(number);
  await stage.landed("dropped");
}

async function playWorkflow(stage: Stage): Promise<void> {
  const number = await open(stage, "workflow", change.workflow);
  await stage.tested("workflow");
  await stage.until(
    "the workflow to be escalated",
    async () => (await stage.standing("workflow"))?.path === "escalate",
  );
  await stage.pause(3);
  await stage.as("raj").approves(number, "Only the pages branch; the environment guards it.");
  await stage.landed("workflow");
}

async function playFlaky(stage: Stage): Promise<void> {
  const number = await open(stage, "flaky", change.flaky);
  await stage.until("the first attempt", () => {
    const { headSha } = stage.repo.issues.get(number)?.pull ?? { headSha: "" };
    return (stage.sandbox.ci?.records ?? []).some((r) => r.sha === headSha);
  });
  await stage.as("lena").rerunsChecks(number);
  await stage.tested("flaky");
  await stage.as("tom").approves(number);
  await stage.landed("flaky");
}

async function playStack(stage: Stage): Promise<void> {
  for (const [index, part] of change.stack.entries()) {
    const name = `stack ${index + 1}`;
    const number = await open(stage, name, part);
    await stage.tested(name);
    await stage.as("tom").approves(number);
  }
  for (const index of change.stack.keys()) await stage.landed(`stack ${index + 1}`);
}

async function playFork(stage: Stage): Promise<void> {
  const number = await open(stage, "fork", change.forked);
  await stage.tested("fork");
  await stage.pause(2);
  await stage.as("tom").approves(number, "Thank you, and welcome.");
  await stage.landed("fork");
}

async function playRefused(stage: Stage): Promise<void> {
  const number = await open(stage, "refused", change.refused);
  await stage.tested("refused");
  await stage
    .as("maya")
    .comments(number, "@drumline refuse Nothing needs to extend the cart; it would be two ways to do one thing.");
  await stage.until("the refusal to be taken in", async () => (await stage.standing("refused"))?.path === "refuse");
  await stage.as("lena").approves(number, "I would have liked it.");
  await stage.pause(4);
  await stage.as("mason[bot]").closes(number);
}

async function playFlood(stage: Stage): Promise<void> {
  for (const [index, one] of change.flood.entries()) await open(stage, `flood ${index + 1}`, one);
  await Promise.all(change.flood.map(async (_, index) => await stage.landed(`flood ${index + 1}`)));
}

async function playHotfix(stage: Stage): Promise<void> {
  await stage.pause(1);
  const number = await open(stage, "hotfix", change.hotfix);
  await stage.as("raj").approves(number, "Now.");
  await stage.landed("hotfix");
}
