import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import { fileName, isCiPath, isExamplePath, isTestPath } from "../../path-kinds.js";

/** By file: the line that says which build the stores and devices get. */
const builds: readonly (readonly [RegExp, RegExp])[] = [
  [/^build\.gradle(\.kts)?$/, /\bversion(Code|Name)\b/],
  [/^project\.pbxproj$/, /\b(MARKETING_VERSION|CURRENT_PROJECT_VERSION)\b/],
  [/^pubspec\.yaml$/, /^version:\s*\S+\+\d+/],
  [/^app\.json$/, /"(versionCode|buildNumber)"\s*:/],
  [
    /\.(h|hpp|c|cpp|ino)$|^(platformio\.ini|prj\.conf|Kconfig)$/,
    /\b(FIRMWARE_VERSION|FW_VERSION(_MAJOR|_MINOR|_PATCH)?|CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION)\b/,
  ],
];
const uploads =
  /\b(upload_to_app_store|upload_to_play_store|upload_to_testflight|deliver\(|eas\s+submit|altool\s+--upload-app|r0adkll\/upload-google-play|apple-actions\/upload-testflight|snapcraft\s+(upload|release)|chrome-webstore-upload|web-ext\s+sign|ota[-_ ]?(publish|release|deploy)|eas\s+update|code-?push\s+release)/;

export const appRelease: Detector = {
  id: "supply/app-release",
  reads: "build numbers and uploads of mobile apps and firmware",
  reversibility: "irreversible",
  hazard: "high",
  why: "A build that reached stores or devices cannot be called back; people update when they like, or never.",
  remedy:
    "Stage the rollout by percentage, keep a server-side switch for the new behaviour, and a halt that someone watches.",
  source: "Google Play, Release with staged rollouts; App Store Connect, phased release; MCUboot, downgrade prevention",
  concerns: (file) =>
    file.status !== "removed" &&
    !isTestPath(file.path) &&
    !isExamplePath(file.path) &&
    (patternOf(file.path) !== null || isFastlane(file.path) || isCiPath(file.path)),
  detect: (file) => [...renumbered(file), ...uploaded(file)],
};

function patternOf(path: string): RegExp | null {
  return (
    builds.find(([files]) => files.test(fileName(path)))?.[1] ??
    (/Info\.plist$/.test(path) ? /CFBundle(Short)?Version/ : null)
  );
}

function isFastlane(path: string): boolean {
  return /(^|\/)fastlane\//.test(path) || fileName(path) === "Fastfile";
}

function renumbered(file: ReadFile): Hit[] {
  const pattern = patternOf(file.change.path);
  if (!pattern || file.change.status === "added") return [];
  if (/Info\.plist$/.test(file.change.path)) return plist(file);
  const before = removedCode(file).some((l) => pattern.test(l.uncommented));
  const now = addedCode(file).find((l) => pattern.test(l.uncommented));
  return before && now ? [{ path: file.change.path, line: now.number }] : [];
}

/** In a property list the value stands on the line after its key. */
function plist(file: ReadFile): Hit[] {
  const at = file.lines.findIndex(
    (l, i) =>
      l.kind === "added" &&
      /<string>/.test(l.text) &&
      file.lines.slice(Math.max(0, i - 2), i).some((p) => /CFBundle(Short)?Version/.test(p.text)),
  );
  return at < 0 ? [] : [{ path: file.change.path, line: file.lines[at]?.number ?? 1 }];
}

function uploaded(file: ReadFile): Hit[] {
  if (!isFastlane(file.change.path) && !isCiPath(file.change.path)) return [];
  return addedCode(file)
    .filter((l) => uploads.test(l.uncommented))
    .map((l) => ({ path: file.change.path, line: l.number }));
}
