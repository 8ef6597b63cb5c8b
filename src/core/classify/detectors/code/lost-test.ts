import type { Detector, DetectorContext, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { fileName, isTestPath } from "../../path-kinds.js";

const skips =
  /\b(it|test|describe|context|suite|specify)\.(skip|todo|fixme|failing)\b|\b(xit|xdescribe|xtest|xcontext|fit|fdescribe)\s*\(|\b(it|test|describe)\.only\b|@pytest\.mark\.(skip|skipif|xfail)\b|\bpytest\.skip\(|@unittest\.(skip|expectedFailure)|\bself\.skipTest\(|\b[tb]\.Skip(f|Now)?\(|@(Disabled|Ignore)\b|#\[ignore\b|^\s*(skip|pending)\b\s*["'(]?|\bGTEST_SKIP\b|\bDISABLED_\w+|Skip\s*=\s*"/;
const declares =
  /\b(?:it|test|describe|specify|context)\s*(?:\.\w+)*\s*\(\s*["'`](.+?)["'`]|^\s*(?:async\s+)?def\s+(test_\w+)|^\s*func\s+((?:Test|Benchmark|Fuzz)\w+)|^\s*(?:public\s+)?(?:void|fun)\s+(\w*[tT]est\w*|should\w*)\s*\(|^\s*fn\s+(test_\w+)|\bTEST(?:_F|_P)?\s*\(\s*(\w+\s*,\s*\w+)/;

export const lostTest: Detector = {
  id: "code/lost-test",
  reads: "tests that are removed or skipped",
  reversibility: "reversible",
  hazard: "medium",
  why: "There is less evidence that the change is right.",
  remedy: "Say in the description what proves it now, or keep the test beside the change that makes it fail.",
  source: "Meta, predictive test selection; xUnit Test Patterns, Disabled test",
  concerns: (file) => isTestPath(file.path) && /\.\w+$/.test(fileName(file.path)) && file.status !== "added",
  detect: (file, context) =>
    file.change.status === "removed" ? removedFile(file, context) : [...skipped(file), ...removedTests(file, context)],
};

function removedFile(file: ReadFile, context: DetectorContext): Hit[] {
  const gone = names(removedCode(file)).filter((n) => !addedNames(context).has(n.name));
  return gone.length === 0
    ? []
    : [
        {
          path: file.change.path,
          why: `${gone.length} ${gone.length === 1 ? "test is" : "tests are"} removed with the file.`,
        },
      ];
}

function skipped(file: ReadFile): Hit[] {
  const before = removedCode(file).filter((l) => skips.test(l.code)).length;
  return addedCode(file)
    .filter((l) => skips.test(l.code))
    .slice(before)
    .map((l) => ({ path: file.change.path, line: l.number, why: "A test is skipped." }));
}

function removedTests(file: ReadFile, context: DetectorContext): Hit[] {
  const gone = names(removedCode(file)).filter((n) => !addedNames(context).has(n.name));
  const added = names(addedCode(file)).length;
  const first = gone[0];
  // As many new tests as old ones went: renamed or rewritten.
  if (!first || added >= gone.length) return [];
  return [
    {
      path: file.change.path,
      line: first.line,
      why: `${gone.length - added} fewer tests, ${first.name} among those gone.`,
    },
  ];
}

function names(lines: readonly CodeLine[]): { name: string; line: number }[] {
  return lines.flatMap((l) => {
    const m = declares.exec(l.uncommented);
    const name = m?.slice(1).find((g) => g !== undefined);
    return name === undefined ? [] : [{ name, line: l.number }];
  });
}

const memo = new WeakMap<DetectorContext, Set<string>>();

/** Tests that the change adds anywhere: a moved test is not lost. */
function addedNames(context: DetectorContext): Set<string> {
  const known = memo.get(context);
  if (known) return known;
  const made = new Set(
    context.files.filter((f) => isTestPath(f.change.path)).flatMap((f) => names(addedCode(f)).map((n) => n.name)),
  );
  memo.set(context, made);
  return made;
}
