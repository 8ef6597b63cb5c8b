/** A large pull request made up from a seed: every kind of file that a detector reads, in the shares of a real monorepo. */

/** A small generator of evenly spread numbers (mulberry32), so that a figure can be made again. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Kind = { readonly share: number; readonly path: (n: number) => string; readonly line: (n: number) => string };

const kinds: readonly Kind[] = [
  {
    share: 0.45,
    path: (n) => `packages/p${n % 40}/src/file${n}.ts`,
    line: (n) => `  const value${n} = compute("${n}"); // step ${n}`,
  },
  {
    share: 0.15,
    path: (n) => `services/s${n % 20}/module${n}.py`,
    line: (n) => `    result_${n} = handle(item, ${n})  # ${n}`,
  },
  { share: 0.1, path: (n) => `cmd/c${n % 9}/file${n}.go`, line: (n) => `\tlog.Printf("%d", ${n})` },
  { share: 0.1, path: (n) => `docs/page${n}.md`, line: (n) => `Some words about step ${n}, and why.` },
  { share: 0.08, path: (n) => `deploy/app${n}.yaml`, line: (n) => `  key${n}: value ${n}` },
  {
    share: 0.05,
    path: (n) => `db/migrations/${String(n).padStart(6, "0")}_x.sql`,
    line: (n) => `ALTER TABLE t${n} ADD COLUMN c${n} int;`,
  },
  { share: 0.03, path: (n) => `infra/m${n}.tf`, line: (n) => `  tag_${n} = "v${n}"` },
  { share: 0.02, path: (n) => `proto/p${n}.proto`, line: (n) => `  optional string field_${n} = ${(n % 500) + 1};` },
  { share: 0.02, path: (n) => `packages/p${n}/package.json`, line: (n) => `  "key${n}": "value",` },
];

export function pullRequest({
  files,
  linesPerFile,
  seed,
}: {
  files: number;
  linesPerFile: number;
  seed: number;
}): string {
  const random = randomOf(seed);
  const out: string[] = [];
  for (let n = 0; n < files; n++) {
    const kind = pick(random());
    const path = kind.path(n);
    const fresh = random() < 0.3;
    const count = 1 + Math.floor(random() * 2 * linesPerFile);
    out.push(`diff --git a/${path} b/${path}`);
    if (fresh)
      out.push(
        "new file mode 100644",
        "index 0000000..1111111",
        "--- /dev/null",
        `+++ b/${path}`,
        `@@ -0,0 +1,${count} @@`,
      );
    else
      out.push(
        "index 2222222..1111111 100644",
        `--- a/${path}`,
        `+++ b/${path}`,
        `@@ -1,${count + 2} +1,${count + 2} @@`,
      );
    if (!fresh) out.push(` ${kind.line(0)}`);
    for (let i = 0; i < count; i++) {
      if (!fresh) out.push(`-${kind.line(n + i)}`);
      out.push(`+${kind.line(n + i + 1)}`);
    }
    if (!fresh) out.push(` ${kind.line(1)}`);
  }
  return `${out.join("\n")}\n`;
}

function pick(at: number): Kind {
  let sum = 0;
  const found = kinds.find((kind) => (sum += kind.share) > at);
  return found ?? (kinds[0] as Kind);
}
