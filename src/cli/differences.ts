/** Where two JSON values differ: the outermost places that do, as paths like `units[0].verdict.path`. */
export interface Difference {
  readonly path: string;
  /** `undefined`: not there. */
  readonly recorded: unknown;
  readonly recomputed: unknown;
}

/** The order of an object's keys means nothing; of a list's items, everything. */
export function differences(recorded: unknown, recomputed: unknown, path = ""): readonly Difference[] {
  if (Object.is(recorded, recomputed)) return [];
  if (!isNode(recorded) || !isNode(recomputed) || Array.isArray(recorded) !== Array.isArray(recomputed))
    return [{ path: path === "" ? "(all)" : path, recorded, recomputed }];
  const keys = new Set([...Object.keys(recorded), ...Object.keys(recomputed)]);
  return [...keys].flatMap((key) => differences(recorded[key], recomputed[key], step(path, key, recorded)));
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function step(path: string, key: string, within: object): string {
  if (Array.isArray(within)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
