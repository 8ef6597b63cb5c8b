import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { addedCode, removedCode, newCode, goneCode, mentions } from "../../parsers/changed-code.js";
import { settingsOf } from "../../parsers/settings.js";
import { isDocsPath, isTestPath } from "../../path-kinds.js";
import { isProgram } from "./code-hunks.js";

export const featureFlag: Detector = {
  id: "code/feature-flag",
  reads: "feature flags and kill switches: their definitions, defaults and checks",
  reversibility: "recoverable",
  hazard: "medium",
  why: "The switch that could take the feature back is gone or thrown: going back needs a deploy now.",
  remedy: "Keep the switch for one release after the new way has held, and throw it by rollout rather than by default.",
  source: "Pete Hodgson, Feature Toggles, martinfowler.com; OpenFeature specification",
  concerns: (file) => (isFlagFile(file) || isProgram(file)) && !isTestPath(file.path) && !isDocsPath(file.path),
  detect: (file) => {
    if (isFlagFile(file.change)) return [...flipped(file), ...keys(file)];
    return [
      ...(mentions(file, flagName) || mentions(file, makes) ? flipped(file) : []),
      ...(mentions(file, check) ? unchecked(file) : []),
    ];
  },
};

function isFlagFile(file: FileChange): boolean {
  return (
    /(^|[/._-])(feature[-_]?)?(flags?|toggles?|switches|killswitch(es)?|features)([-_.][\w-]+)?\.(ya?ml|json|toml|properties|[jt]s|py|rb|go|java)$/i.test(
      file.path,
    ) || /(^|\/)(feature[-_]?flags?|flags|toggles)\/[^/]+\.(ya?ml|json|toml)$/i.test(file.path)
  );
}

const valued =
  /^\s*(?:(?:export|const|let|var|final|static|public|private|pub)\s+)*["']?([\w.-]+)["']?\s*(?::\s*\w+\s*=|:=|[:=])\s*["']?(true|false|on|off|enabled|disabled)["']?\s*[,;]?\s*$/i;
const flagName =
  /(enable|disable|feature|flag|toggle|switch|rollout|experiment|beta|killswitch|^use_|_on$|_off$|default)/i;

const switched = /^(true|false|on|off|enabled|disabled)$/i;

/** Cheap look for calls that make or ask a flag. */
const makes = /[fF]lags?\.|Flag\s*\(|DEFINE_bool|oolVariation|oolean_?[vV]alue|is_?[eE]nabled/;

/** A flag made in code with its default: `flag.Bool("new-checkout", false, "…")`, `isEnabled("x", true)`. */
const made =
  /\b(?:\w*[fF]lags?\.(?:Bool\w*|boolean|define)|define\w*Flag|DEFINE_bool|\w*[bB]oolVariation|get_?[bB]oolean_?[vV]alue|isEnabled|is_enabled)\s*\(\s*["'`]([\w.:-]+)["'`](?:\s*,[^,()]*)?,\s*(?:default\w*\s*[:=]\s*)?(true|false|True|False)\b/;

/** Flags that a line sets, with their values: several when an object is written on it. */
function assigned(line: CodeLine, file: ReadFile): [string, string][] {
  const call = made.exec(line.uncommented);
  if (call?.[1] !== undefined) return [[call[1], (call[2] ?? "").toLowerCase()]];
  return settingsOf(line.uncommented)
    .filter((s) => switched.test(s.value) && (isFlagFile(file.change) || flagName.test(s.name)))
    .map((s): [string, string] => [s.name, s.value.toLowerCase()]);
}

/** Values by name, in order: several flags of one file all have a key called `default`. */
function flipped(file: ReadFile): Hit[] {
  const was = new Map<string, string[]>();
  for (const [name, value] of removedCode(file).flatMap((line) => assigned(line, file)))
    was.set(name, [...(was.get(name) ?? []), value]);
  return addedCode(file).flatMap((line) =>
    assigned(line, file).flatMap(([name, value]) => {
      const before = was.get(name)?.shift();
      if (before === undefined || before === value) return [];
      const why = `${name} goes from ${before} to ${value} for everybody at once.`;
      return [{ path: file.change.path, line: line.number, why }];
    }),
  );
}

const definition = /^(\s{0,4})["']?([\w.-]+)["']?\s*[:=]/;

/** In a file of flags: names that are gone, and new ones that are off. */
function keys(file: ReadFile): Hit[] {
  const names = (lines: readonly CodeLine[]) =>
    new Map(
      lines
        .flatMap((l) =>
          valued.test(l.uncommented) || /:\s*\{?\s*$/.test(l.uncommented)
            ? [[definition.exec(l.uncommented)?.[2] ?? "", l] as const]
            : [],
        )
        .filter(([name]) => name !== "" && !/^(default|enabled|value|on|off|description|owner|type|rules)$/.test(name)),
    );
  const before = names(removedCode(file));
  const after = names(addedCode(file));
  const gone = [...before]
    .filter(([name]) => !after.has(name))
    .map(([name, l]) => ({
      path: file.change.path,
      line: l.number,
      why: `The flag ${name} is gone: the feature can't be switched any more.`,
    }));
  const off = [...after]
    .filter(([name, l]) => !before.has(name) && /(false|off|disabled)["']?\s*,?\s*$/i.test(l.uncommented))
    .map(([name, l]): Hit => ({
      path: file.change.path,
      line: l.number,
      reversibility: "reversible",
      hazard: "low",
      why: `The flag ${name} is new and off: nothing changes until it is switched on.`,
    }));
  return [...gone, ...off];
}

const check =
  /\b(isEnabled|is_enabled|isFeatureEnabled|feature_enabled\??|featureEnabled|useFlag|useFeatureFlag|useFeature|getFeatureFlag|get_feature_flag|boolVariation|BoolVariation|variation|getBooleanValue|flag_is_active|switch_is_active|hasFeature|has_feature|FeatureFlags?\.\w+|Flipper\.enabled\?|Unleash\.\w+|statsig\.checkGate|feature_flags?\.get)\s*\(\s*["'`]([\w.:-]+)["'`]/;

/** In code: flags that were asked for and no longer are. */
function unchecked(file: ReadFile): Hit[] {
  const still = new Set(newCode(file).flatMap((l) => check.exec(l.uncommented)?.[2] ?? []));
  return goneCode(file).flatMap((l) => {
    const flag = check.exec(l.uncommented)?.[2];
    return flag === undefined || still.has(flag)
      ? []
      : [
          {
            path: file.change.path,
            line: l.number,
            why: `The flag ${flag} is no longer asked: the old way can't be switched back on.`,
          },
        ];
  });
}
