import type { WantedPull } from "../../sandbox/people.js";

/** The changes of the story, against `fixtures/harbour`: what each pull request says and does. */
export interface Change extends WantedPull {
  readonly by: string;
}

/** Puts `to` where `from` stood; a story whose repository has changed under it must not go on as if it hadn't. */
export function replacing(from: string, to: string): (before: string | null) => string {
  return (before) => {
    if (before === null || !before.includes(from))
      throw new Error(`the story wants to replace ${JSON.stringify(from)}`);
    return before.replaceAll(from, to);
  };
}

function adding(text: string): (before: string | null) => string {
  return (before) => `${before ?? ""}${text}`;
}

/** A test file over one expression or two; what most of these changes come with. */
function tests(imports: string, ...cases: readonly (readonly [name: string, assertion: string])[]): string {
  const bodies = cases.map(([name, assertion]) => `test(${JSON.stringify(name)}, () => ${assertion});\n`);
  return `import assert from "node:assert/strict";\nimport { test } from "node:test";\n${imports}\n\n${bodies.join("")}`;
}

export const docs: Change = {
  by: "pages[bot]",
  branch: "docs/discounts",
  title: "Docs: say how discounts round",
  body: "The guide did not say that discounts round to whole cents.",
  files: { "docs/guide.md": adding("\n## Discounts\n\nA discount is rounded to whole cents.\n") },
};

export const bump: Change = {
  by: "dependabot[bot]",
  branch: "dependabot/npm_and_yarn/c8-10.1.3",
  title: "Bump c8 from 10.1.2 to 10.1.3",
  body: "Bumps [c8](https://github.com/bcoe/c8) from 10.1.2 to 10.1.3.",
  files: {
    "package.json": replacing('"c8": "10.1.2"', '"c8": "10.1.3"'),
    "package-lock.json": (before) =>
      replacing(
        "10.1.2",
        "10.1.3",
      )(before).replace(
        /sha512-[^"]+/,
        "sha512-LvcyrOAaOnrrlMpW22n690PUvxiq4Uf9WMhQwNJ9vgagkL/ph1+D4uvjvDA5XCbykrc0sx+ay6pVi9YZ1GnhyA==",
      ),
  },
};

export const refactor: Change = {
  by: "mason[bot]",
  branch: "mason/rounding",
  title: "Give rounding a module of its own",
  body: "Money and discounts round alike; the rule now stands in one place, with tests.\n\nNo behaviour changes.",
  files: {
    "src/rounding.js": "/** Half cents go up. */\nexport function toCents(amount) {\n  return Math.round(amount);\n}\n",
    "src/money.js": (before) =>
      `import { toCents } from "./rounding.js";\n\n${replacing("Math.round((cents * percent) / 100)", "toCents((cents * percent) / 100)")(before)}`,
    "test/rounding.test.js": tests(
      'import { toCents } from "../src/rounding.js";',
      ["rounds half a cent up", "assert.equal(toCents(0.5), 1)"],
      ["keeps whole cents", "assert.equal(toCents(7), 7)"],
    ),
  },
};

export const rename: Change = {
  by: "tom",
  branch: "tom/sum-of",
  title: "Call a cart's sum what it is: sumOf",
  body: "`total` is also what we call the order's total, shipping included.",
  files: {
    "src/cart.js": replacing("total(", "sumOf("),
    "src/orders.js": (before) =>
      replacing("{ total }", "{ sumOf }")(replacing("goods = total(", "goods = sumOf(")(before)),
    "test/cart.test.js": (before) =>
      replacing("discounted, total }", "discounted, sumOf }")(replacing("total(lines)", "sumOf(lines)")(before)),
  },
};

const receiptOf = (name: string) => `import { ${name} } from "./cart.js";
import { format } from "./money.js";

export function receipt(lines) {
  return [...lines.map((l) => \`\${l.count} x \${format(l.price)}\`), format(${name}(lines))].join("\\n");
}
`;

export const receipt: Change = {
  by: "lena",
  branch: "lena/receipt",
  title: "Print a receipt",
  body: "One line a position, then the sum.",
  files: {
    "src/receipt.js": receiptOf("total"),
    "test/receipt.test.js": tests('import { receipt } from "../src/receipt.js";', [
      "prints the sum last",
      'assert.equal(receipt([{ price: 5, count: 2 }]).split("\\n").at(-1), "0.10 EUR")',
    ]),
  },
};

/** What makes the receipt right once the rename has landed. */
export const receiptMended = { "src/receipt.js": receiptOf("sumOf") };
/** And the rename right, if the receipt was first. */
export const renameMended = { "src/receipt.js": receiptOf("sumOf") };

export const dearer: Change = {
  by: "tom",
  branch: "tom/free-from-60",
  title: "Free shipping from 60.00",
  body: "Carriers have raised their prices.",
  files: { "src/shipping.js": replacing("freeFrom = 5000", "freeFrom = 6000") },
};

export const cheaper: Change = {
  by: "maya",
  branch: "maya/free-from-45",
  title: "Free shipping from 45.00",
  body: "What the spring campaign promises.",
  files: { "src/shipping.js": replacing("freeFrom = 5000", "freeFrom = 4500") },
};
/** The same wish, on what has landed meanwhile. */
export const cheaperAgain = { "src/shipping.js": replacing("freeFrom = 6000", "freeFrom = 4500") };

export const dropped: Change = {
  by: "lena",
  branch: "lena/drop-nickname",
  title: "Drop the customers' nickname",
  body: "Nothing has read it since 1.2.",
  files: { "db/migrations/003_drop_nickname.sql": "alter table customers drop column nickname;\n" },
};
export const rollbackPlan = `${dropped.body}

## Rollback plan

The column is exported to \`customers_nickname_2026.csv\` before the deploy; \`004_restore_nickname.sql\` loads it back.
`;
export const droppedInTime = {
  "db/migrations/003_drop_nickname.sql": "set lock_timeout = '2s';\nalter table customers drop column nickname;\n",
};

export const workflow: Change = {
  by: "tom",
  branch: "tom/publish-coverage",
  title: "Let CI publish the coverage page",
  body: "Pushes the report to the pages branch.",
  files: { ".github/workflows/ci.yml": replacing("contents: read", "contents: write") },
};

export const flaky: Change = {
  by: "lena",
  branch: "lena/rates",
  title: "Keep exchange rates in a cache",
  body: "The rates service is slow; its answer is kept.",
  files: {
    "src/rates.js": `import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The service answers within a second when it is busy. */
async function askService() {
  await new Promise((resolve) => setTimeout(resolve, 400));
  return { USD: 1.1 };
}

export async function rates(folder) {
  const file = join(folder, "rates.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const fresh = await askService();
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(fresh));
  return fresh;
}
`,
    "test/rates.test.js": `import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { rates } from "../src/rates.js";

// Too short for the service when it is busy and the runner's cache is cold.
const patience = 200;

test("answers in time", async () => {
  const started = Date.now();
  assert.equal((await rates(process.env.CI_CACHE ?? tmpdir())).USD, 1.1);
  assert.ok(Date.now() - started < patience, "the rates came too late");
});
`,
  },
};

export const stack: readonly Change[] = [
  {
    by: "raj",
    branch: "raj/gift-1",
    title: "Gift wrap: the price",
    body: "First of three.",
    files: {
      "src/gift.js": "/** In cents, each parcel. */\nexport const wrapPrice = 350;\n",
      "test/gift.test.js": tests('import { wrapPrice } from "../src/gift.js";', [
        "costs something",
        "assert.ok(wrapPrice > 0)",
      ]),
    },
  },
  {
    by: "raj",
    branch: "raj/gift-2",
    from: "raj/gift-1",
    base: "raj/gift-1",
    title: "Gift wrap: the note",
    body: "Second of three.",
    files: {
      "src/gift-note.js":
        'import { wrapPrice } from "./gift.js";\nimport { format } from "./money.js";\n\nexport const note = `Wrapped for ${format(wrapPrice)}`;\n',
      "test/gift-note.test.js": tests('import { note } from "../src/gift-note.js";', [
        "names its price",
        'assert.equal(note, "Wrapped for 3.50 EUR")',
      ]),
    },
  },
  {
    by: "raj",
    branch: "raj/gift-3",
    from: "raj/gift-2",
    base: "raj/gift-2",
    title: "Gift wrap: the guide",
    body: "Third of three.",
    files: { "docs/gifts.md": "# Gifts\n\nA parcel is wrapped for 3.50, with a note that says so.\n" },
  },
];

export const forked: Change = {
  by: "zoe",
  branch: "greet-the-nameless",
  fork: "fork",
  title: "Greet customers without a name",
  body: "`Hello, undefined` reached my inbox.",
  files: {
    "src/customers.js": replacing("customer.name}", 'customer.name || "there"}'),
    "test/greeting.test.js": tests('import { greeting } from "../src/customers.js";', [
      "greets the nameless",
      'assert.equal(greeting({}), "Hello, there")',
    ]),
  },
};

export const refused: Change = {
  by: "mason[bot]",
  branch: "mason/cart-class",
  title: "Rewrite the cart as a class",
  body: "Classes are easier to extend.",
  files: {
    "src/cart-class.js":
      'import { discounted } from "./cart.js";\n\nexport class Cart {\n  constructor(lines) {\n    this.lines = lines;\n  }\n\n  discounted(percent) {\n    return discounted(this.lines, percent);\n  }\n}\n',
  },
};

export const hotfix: Change = {
  by: "maya",
  branch: "maya/empty-cart",
  title: "Fix the crash on an empty cart",
  body: "The shop's front page is down for everybody with an empty cart.",
  labels: ["hotfix"],
  files: {
    "src/cart.js": replacing(
      "return lines.reduce((best, line) => (line.price > best.price ? line : best));",
      "return lines.reduce((best, line) => (best === null || line.price > best.price ? line : best), null);",
    ),
    "test/empty-cart.test.js": tests('import { dearest } from "../src/cart.js";', [
      "an empty cart has no dearest line",
      "assert.equal(dearest([]), null)",
    ]),
  },
};

const languages: Readonly<Record<string, readonly [hello: string, thanks: string]>> = {
  da: ["Hej", "Tak"],
  de: ["Hallo", "Danke"],
  es: ["Hola", "Gracias"],
  fi: ["Hei", "Kiitos"],
  fr: ["Bonjour", "Merci"],
  it: ["Ciao", "Grazie"],
  nl: ["Hoi", "Bedankt"],
  pl: ["Cześć", "Dziękuję"],
  pt: ["Olá", "Obrigado"],
  sv: ["Hej", "Tack"],
};

export const flood: readonly Change[] = Object.entries(languages).map(([code, [hello, thanks]]) => ({
  by: "mason[bot]",
  branch: `mason/locale-${code}`,
  title: `Translate into ${code}`,
  body: "From the translators' sheet.",
  files: { [`locales/${code}.json`]: `{ "hello": "${hello}", "thanks": "${thanks}" }\n` },
}));
