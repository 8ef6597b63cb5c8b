import type { z } from "zod";
import { nearestWord, type Problem } from "./problem.js";
import type { YamlText } from "./yaml.js";

type Issue = z.core.$ZodIssue;

/** What zod found, as problems with places, in words for people who never heard of zod. */
export function problemsOf(
  issues: readonly Issue[],
  yaml: YamlText,
  file: { path: string; root: z.ZodType },
): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], { yaml, ...file }));
}

interface Place {
  readonly yaml: YamlText;
  readonly path: string;
  readonly root: z.ZodType;
}

function problemsOfIssue(issue: Issue, above: readonly PropertyKey[], place: Place): Problem[] {
  const keys = [...above, ...issue.path];
  const problem = (message: string, extra: { hint?: string | undefined; at?: PropertyKey } = {}): Problem => ({
    path: place.path,
    ...(extra.at === undefined ? place.yaml.placeOf(keys) : place.yaml.placeOf([...keys, extra.at], "key")),
    message: `${subject(keys)}${message}`,
    ...(extra.hint !== undefined && { hint: extra.hint }),
    severity: "error",
  });
  switch (issue.code) {
    case "unrecognized_keys": {
      const valid = keysAt(place.root, keys);
      return issue.keys.map((key) =>
        problem(`there is no \`${key}\``, { at: key, hint: keyHint(key, { valid, keys, root: place.root }) }),
      );
    }
    case "invalid_value": {
      const written = valueAt(place.yaml.value, keys);
      const valid = issue.values.map(String);
      const hint = typeof written === "string" ? wordHint(written, valid) : `one of: ${valid.join(", ")}`;
      return [problem(written === undefined ? "is missing" : `${shown(written)} is not a word for this`, { hint })];
    }
    case "invalid_union": {
      const written = valueAt(place.yaml.value, keys);
      const kinds = wantedKinds(issue.errors);
      if (kinds.length > 1 && written !== undefined) return [problem(`wants ${orList(kinds)}, not ${shown(written)}`)];
      const branch = likeliest(issue.errors, written);
      return branch.length === 0
        ? [problem(`${shown(written)} doesn't fit here`)]
        : branch.flatMap((inner) => problemsOfIssue(inner, keys, place));
    }
    case "invalid_type": {
      const written = valueAt(place.yaml.value, keys);
      return written === undefined
        ? [problem("is missing")]
        : [
            problem(`wants ${typeWords[issue.expected] ?? issue.expected}, not ${shown(written)}`, {
              hint: typeHint(issue.expected, written),
            }),
          ];
    }
    case "custom": {
      const hint: unknown = issue.params?.["hint"];
      const written = valueAt(place.yaml.value, keys);
      const words = wordsAt(place.root, keys);
      const meant = words.length > 0 && typeof written === "string" ? wordHint(written, words) : undefined;
      return [problem(issue.message, { hint: typeof hint === "string" ? hint : meant })];
    }
    case "too_small":
      return [
        problem(issue.origin === "string" || issue.origin === "array" ? "is empty" : atBound("least", issue.minimum)),
      ];
    case "too_big":
      return [problem(atBound("most", issue.maximum, issue.origin))];
    default:
      return [problem(issue.message)];
  }
}

/** The key that was meant, or the one under which it belongs. */
function keyHint(
  written: string,
  { valid, keys, root }: { valid: readonly string[]; keys: readonly PropertyKey[]; root: z.ZodType },
): string | undefined {
  if (written === "<<") return "merge keys are not read: repeat what they would bring in";
  const under = valid.find((key) => keysAt(root, [...keys, key]).includes(written));
  const near = nearestWord(written, valid);
  if (near === undefined && under !== undefined) return `it belongs under \`${under}\``;
  return wordHint(written, valid);
}

function typeHint(expected: string, written: unknown): string | undefined {
  if (expected === "string" && (typeof written === "number" || typeof written === "boolean")) return "put it in quotes";
  if (expected !== "boolean" || typeof written !== "string") return undefined;
  if (/^(yes|on|true)$/i.test(written)) return "write true";
  return /^(no|off|false)$/i.test(written) ? "write false" : undefined;
}

const typeWords: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
};

function atBound(which: "least" | "most", bound: number | bigint, origin?: string): string {
  const unit = origin === "string" ? " characters" : origin === "array" ? " items" : "";
  return `may be at ${which} ${bound}${unit}`;
}

/** What a union wants, when the value is of none of its kinds: empty when it is of one. */
function wantedKinds(branches: ReadonlyArray<readonly Issue[]>): readonly string[] {
  const kinds = branches.map((branch) => {
    const [only] = branch;
    return branch.length === 1 && only?.code === "invalid_type" && only.path.length === 0 ? only.expected : null;
  });
  return kinds.includes(null) ? [] : [...new Set(kinds.map((k) => typeWords[k ?? ""] ?? k ?? ""))];
}

function orList(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

/** The branch of a union that was meant: the one whose own kind of value this is; failing that, the first to get far. */
function likeliest(branches: ReadonlyArray<readonly Issue[]>, written: unknown): readonly Issue[] {
  const wrongKind = (branch: readonly Issue[]) =>
    branch.some((i) => i.path.length === 0 && (i.code === "invalid_type" || i.code === "invalid_value"));
  const deep = branches.filter((b) => !wrongKind(b));
  if (deep.length > 0) return deep.find((b) => b.every((i) => i.code !== "unrecognized_keys")) ?? deep[0] ?? [];
  const word = branches.find((b) => b.some((i) => i.code === "invalid_value"));
  return (typeof written === "string" ? word : undefined) ?? branches.at(-1) ?? [];
}

function wordHint(written: string, valid: readonly string[]): string | undefined {
  const near = nearestWord(written, valid);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return valid.length === 0 ? undefined : `one of: ${valid.join(", ")}`;
}

/** Words before a message: the field it is about. */
function subject(keys: readonly PropertyKey[]): string {
  const named = keys.filter((k) => typeof k === "string").at(-1);
  return named === undefined ? "" : `\`${named}\`: `;
}

function shown(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const written = typeof value === "string" ? value : JSON.stringify(value);
  return `\`${written.slice(0, 60)}\``;
}

export function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

/** The keys that are valid at a path. */
function keysAt(root: z.ZodType, keys: readonly PropertyKey[]): readonly string[] {
  return [...new Set(shapesAt(root, keys).flatMap(objectKeys))];
}

/** The words of its own that a value at a path may be, beside whatever else it may be. */
function wordsAt(root: z.ZodType, keys: readonly PropertyKey[]): readonly string[] {
  const shapes = shapesAt(root, keys).flatMap(plain);
  return [...new Set(shapes.flatMap((shape) => Object.values(inner(shape).entries ?? {})))];
}

/** Walks the schema beside the value. */
function shapesAt(root: z.ZodType, keys: readonly PropertyKey[]): readonly z.ZodType[] {
  let shapes: z.ZodType[] = [root];
  for (const key of keys) shapes = shapes.flatMap((shape) => step(shape, key));
  return shapes;
}

interface Inner {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly getter?: () => z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
}

function inner(shape: z.ZodType): Inner {
  return shape.def;
}

/** Through optional, nullable and lazy wrappers and unions to the plain shapes. */
function plain(shape: z.ZodType): z.ZodType[] {
  const def = inner(shape);
  if (def.innerType) return plain(def.innerType);
  if (def.getter) return plain(def.getter());
  return def.options ? def.options.flatMap(plain) : [shape];
}

function step(shape: z.ZodType, key: PropertyKey): z.ZodType[] {
  return plain(shape).flatMap((s) => {
    const def = inner(s);
    if (def.shape && typeof key === "string") return def.shape[key] ? [def.shape[key]] : [];
    return def.element ? [def.element] : def.valueType ? [def.valueType] : [];
  });
}

function objectKeys(shape: z.ZodType): string[] {
  return plain(shape).flatMap((s) => Object.keys(inner(s).shape ?? {}));
}
