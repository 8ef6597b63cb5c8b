import type { ReadFile } from "../detector.js";
import { sidesOf, textOf, type Fragment } from "../sides.js";
import type { Arguments } from "./arguments.js";
import { isWithin, readCode, type Call, type CallLanguage, type Code, type Span } from "./calls.js";
import { newScope, type Deed, type Operation, type Scope } from "./operation.js";

/** How a framework's migrations are read: which parts only go back, and what a call does. */
export interface Framework {
  readonly language: CallLanguage;
  /** Parts of the code that are run to go back, or not at all. */
  readonly passedOver: (code: Code) => readonly Span[];
  readonly deedsOf: (call: Call, context: CallContext) => readonly Deed[];
  /** What a whole file says about its way back. */
  readonly wayBack: (code: Code) => { readonly deed: Deed; readonly row: number } | null;
}

export interface CallContext {
  readonly code: Code;
  readonly scope: Scope;
}

/** A call on a table. */
export interface Step extends CallContext {
  readonly call: Call;
  readonly table: string;
  /** Arguments after the table, which a block over a table leaves out. */
  readonly rest: readonly string[];
  readonly named: Arguments["named"];
}

/** What the added code of a migration does, call by call. */
export function codeOperations(file: ReadFile, framework: Framework): Operation[] {
  const scope = newScope();
  const { after, whole } = sidesOf(file);
  return after.flatMap((fragment) => {
    const code = readCode(framework.language, textOf(fragment));
    const passed = framework.passedOver(code);
    const found = code.calls.flatMap((call) => {
      if (passed.some((span) => isWithin(call, span))) return [];
      const deeds = framework.deedsOf(call, { code, scope });
      return touched(call, fragment) ? deeds.map((d) => operation(d, line(fragment, call.from.row))) : [];
    });
    const back = whole ? framework.wayBack(code) : null;
    return back ? [...found, operation(back.deed, line(fragment, back.row))] : found;
  });
}

function touched(call: Call, fragment: Fragment): boolean {
  return fragment.slice(call.from.row, call.to.row + 1).some((l) => l.changed);
}

function line(fragment: Fragment, row: number): number {
  return fragment[row]?.number ?? 1;
}

function operation({ kind, what }: Deed, number: number): Operation {
  return { kind, what, line: number, endLine: number };
}
