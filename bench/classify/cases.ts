import { readCases } from "../../test/eval/cases.js";
import { isRight, measure, outcomeOf, ownersMisses, type Measured, type Outcome } from "../../test/eval/measure.js";

/** How right the classes and warnings are, on cases that did not build the detectors; the misses by id. */
export function accuracy(): void {
  const { changes, owners } = readCases();
  const outcomes = changes.map(outcomeOf);
  process.stdout.write(
    "cases              n  precision  recall  by name: precision  recall  reversibility  one-way as two-way  two-way as one-way\n",
  );
  for (const kind of ["sql", "other"] as const)
    for (const half of ["dev", "held-out"] as const)
      row(`${kind}, ${half}`, measure(outcomes.filter((o) => o.case.kind === kind && o.case.half === half)));
  row("all", measure(outcomes));
  const misses = ownersMisses(owners);
  const paths = owners.reduce((sum, o) => sum + Object.keys(o.owners).length, 0);
  process.stdout.write(`owners: ${paths} paths of ${owners.length} files, ${misses.length} wrong\n`);
  for (const miss of misses) process.stdout.write(`  ${miss}\n`);
  const wrong = outcomes.filter((o) => !isRight(o));
  process.stdout.write(`${wrong.length} of ${outcomes.length} answered differently:\n`);
  for (const o of wrong) process.stdout.write(`  ${wordsOf(o)}\n`);
}

function row(name: string, m: Measured): void {
  const cells = [
    name.padEnd(15),
    String(m.cases).padStart(4),
    m.precision.toFixed(3).padStart(10),
    m.recall.toFixed(3).padStart(7),
    m.typedPrecision.toFixed(3).padStart(19),
    m.typedRecall.toFixed(3).padStart(7),
    m.reversibility.toFixed(3).padStart(14),
    String(m.oneWayCalledTwoWay.length).padStart(19),
    `${m.twoWayCalledOneWay.length} of ${m.twoWays}`.padStart(19),
  ];
  process.stdout.write(`${cells.join(" ")}\n`);
}

function wordsOf(o: Outcome): string {
  const said = [
    ...o.missing.map((id) => `misses ${id}`),
    ...o.extra.map((id) => `adds ${id}`),
    ...(o.case.is.includes(o.answered) ? [] : [`says ${o.answered}, not ${o.case.is.join("|")}`]),
  ];
  return `${o.case.id.padEnd(8)} ${o.case.half.padEnd(8)} ${said.join("; ")}`;
}
