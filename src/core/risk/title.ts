/** What a title says: its words, its leading tag, and whether it takes out or puts back an earlier change. */
export interface TitleFacts {
  /** Lower-case words, each once, without the numbers and names that occur only once; at most `wordsMax`. */
  readonly words: readonly string[];
  /** `feat(cli)`, `[ET-VK]`, `Arm backend:`: what stands before the sentence; empty when nothing does. */
  readonly tag: string;
  readonly intents: ReadonlySet<TitleIntent>;
  readonly undoes: boolean;
  readonly relands: boolean;
}

/** What a change says that it is doing. A title may say several. */
export const titleIntents = [
  "fix",
  "add",
  "refactor",
  "remove",
  "enable",
  "disable",
  "update",
  "migrate",
  "docs",
  "test",
  "chore",
  "try",
  "optimise",
] as const;
export type TitleIntent = (typeof titleIntents)[number];

export const wordsMax = 24;

export function titleFacts(title: string): TitleFacts {
  const text = title.slice(0, titleReadMax).toLowerCase();
  const words = [...new Set(text.match(/[a-z][a-z0-9_]+/g) ?? [])].slice(0, wordsMax);
  const intents = new Set<TitleIntent>();
  for (const word of words) {
    const intent = intentOfWord.get(word);
    if (intent) intents.add(intent);
  }
  const relands = words.some((w) => relandWords.has(w)) || /^revert\s+"?revert/.test(text);
  return { words, tag: tagOf(text), intents, relands, undoes: !relands && undoesBy(words) };
}

/** Share of common words, 0 to 1 (Jaccard). A revert's and a reland's title quotes the title that it is about. */
export function titleSimilarity(a: readonly string[], b: ReadonlySet<string>): number {
  if (a.length === 0 || b.size === 0) return 0;
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  return common / (a.length + b.size - common);
}

function undoesBy(words: readonly string[]): boolean {
  return words.slice(0, 3).some((w) => w === "revert" || w === "reverts" || w === "reverting" || w === "backout");
}

function tagOf(text: string): string {
  const bracket = /^\s*\[([^\]]{1,40})\]/.exec(text);
  if (bracket) return bracket[1] ?? "";
  const colon = /^([a-z0-9_ \-./()]{1,40}):\s/.exec(text);
  return colon ? (colon[1] ?? "").trim() : "";
}

const titleReadMax = 200;
const relandWords = new Set(["reland", "relands", "relanding", "re-land", "reapply", "recommit", "unrevert"]);
const wordsOfIntent: Readonly<Record<TitleIntent, string>> = {
  fix: "fix fixes fixed fixing bug bugfix hotfix hotfixes resolve correct",
  add: "add adds added adding feat feature implement implements introduce support supports new create allow",
  refactor: "refactor refactoring cleanup clean simplify extract rewrite restructure rework reorganize split unify",
  remove: "remove removes removed removing delete deleted drop deprecate deprecated unused",
  enable: "enable enables enabled enabling default defaults always make",
  disable: "disable disables disabled skip skips ignore mute flaky temporarily",
  update: "update updates updated bump bumps upgrade upgrades roll pin unpin version rebase sync",
  migrate:
    "migrate migrates migrated migration move moves switch replace use using convert change changes adopt rename",
  docs: "doc docs documentation readme comment comments typo typos changelog",
  test: "test tests testing e2e spec unflake golden",
  chore: "chore ci build lint format style devops job jobs workflow presubmit presubmits",
  try: "try trying attempt experiment experimental theory wip tmp temp workaround initial debug",
  optimise: "perf performance optimize optimise speed faster cache parallel reduce memory lazy",
};
const intentOfWord: ReadonlyMap<string, TitleIntent> = new Map(
  titleIntents.flatMap((intent) => wordsOfIntent[intent].split(" ").map((word) => [word, intent] as const)),
);
