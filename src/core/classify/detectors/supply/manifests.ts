import type { FileChange } from "../../../model/change.js";
import type { ReadFile } from "../../detector.js";
import { mask } from "../../parsers/mask.js";
import { jsonEntries, yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { tomlEntries } from "../../parsers/toml.js";
import { fileName, isVendoredPath } from "../../path-kinds.js";
import { sidesOf, textOf } from "../../sides.js";
import type { Fragment } from "../../sides.js";

/** A dependency as a manifest names it. */
export interface Dependency {
  readonly name: string;
  /** The version, range or address, as written; "" when none is given. */
  readonly spec: string;
  readonly line: number;
  readonly changed: boolean;
}

type Reader = (fragment: Fragment) => Dependency[];

const readers: readonly (readonly [RegExp, Reader])[] = [
  [/^package\.json$/, packageJson],
  [/^composer\.json$/, composerJson],
  [/^(requirements|constraints)[\w.-]*\.(txt|in)$|^[\w.-]*requirements\.(txt|in)$/, requirementsTxt],
  [/^(pyproject\.toml|Pipfile)$/, pyproject],
  [/^Cargo\.toml$/, cargoToml],
  [/^go\.mod$/, goMod],
  [/^Gemfile$|\.gemspec$/, gemfile],
  [/^(build|settings)\.gradle(\.kts)?$/, gradle],
  [/^pom\.xml$/, pomXml],
  [/\.(cs|fs|vb)proj$|^Directory\.Packages\.props$|^packages\.config$/, csproj],
  [/^pubspec\.yaml$/, pubspec],
  [/^(Chart|requirements)\.yaml$/, helmChart],
];

/** Folders whose every text file is a list of Python requirements. */
const requirementsFolder = /(^|\/)requirements\/[^/]+\.(txt|in)$/;

export function isManifest(file: FileChange): boolean {
  return readerOf(file.path) !== null && !isVendoredPath(file.path);
}

export function dependenciesBefore(file: ReadFile): Dependency[] {
  const reader = readerOf(file.change.path);
  return reader ? sidesOf(file).before.flatMap(reader) : [];
}

export function dependenciesAfter(file: ReadFile): Dependency[] {
  const reader = readerOf(file.change.path);
  return reader ? sidesOf(file).after.flatMap(reader) : [];
}

function readerOf(path: string): Reader | null {
  if (requirementsFolder.test(path)) return requirementsTxt;
  const name = fileName(path);
  return readers.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

const npmSections = /^(dev|peer|optional|bundled?)?dependencies$|^(overrides|resolutions)$/i;
/** Keys of package.json whose values could be taken for versions when the hunk doesn't show their parent. */
const npmOther =
  /^(version|name|description|main|module|types|type|license|author|homepage|node|npm|yarn|pnpm|packageManager|repository|url|directory|vscode)$/;

/** A changed line that may name a version, a tag or another place to get a package from. */
const npmValue = /:\s*"[^"]*(?:\d|\*|:|latest|next|canary|\/)/;

function packageJson(fragment: Fragment): Dependency[] {
  if (!fragment.some((l) => l.changed && npmValue.test(l.text))) return [];
  return jsonEntries(fragment).flatMap((e) => {
    const name = e.keys.at(-1) ?? "";
    const parent = e.keys.at(-2) ?? "";
    const shown = npmSections.test(parent) || (e.keys.includes("pnpm") && e.keys.includes("overrides"));
    const likely =
      (parent === "?" || e.keys.length === 1) &&
      !npmOther.test(name) &&
      /^[\^~>=<]*\d+\.|^(workspace|npm|catalog):|^\*$/.test(e.value ?? "");
    return e.value !== null && (shown || (likely && !isTopLevel(e, fragment))) ? [dependency(name, e.value, e)] : [];
  });
}

function isTopLevel(entry: Entry, fragment: Fragment): boolean {
  return entry.keys.length === 1 && /^\s*\{/.test(textOf(fragment));
}

function composerJson(fragment: Fragment): Dependency[] {
  return jsonEntries(fragment)
    .filter((e) => /^require(-dev)?$/.test(e.keys.at(-2) ?? "") && e.value !== null)
    .map((e) => dependency(e.keys.at(-1) ?? "", e.value ?? "", e));
}

function requirementsTxt(fragment: Fragment): Dependency[] {
  return rows(
    fragment,
    "x.sh",
    /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:===?|~=|!=|[<>]=?|@)[^;\\]*)?(?:[;\\].*)?$/,
  );
}

function pyproject(fragment: Fragment): Dependency[] {
  return tomlEntries(fragment).flatMap((e) => {
    const keys = e.keys.join(".");
    const listed = e.keys.at(-1) === "[]" && (/dependenc|requires|optional|dev|extras/.test(keys) || e.keys[0] === "?");
    if (listed) {
      const m = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:===?|~=|!=|[<>]=?|@)[^;]*)?(;.*)?$/.exec(e.value ?? "");
      // A bare word in a list that isn't shown to hold dependencies may be anything.
      return m && (m[2] !== undefined || e.keys[0] !== "?") ? [dependency(m[1] ?? "", m[2] ?? "", e)] : [];
    }
    const tabled = /(^|\.)((dev-)?dependencies|packages|dev-packages)$/.test(e.keys.slice(0, -1).join("."));
    return tabled && e.keys.at(-1) !== "python" && e.keys.at(-1) !== "[]"
      ? [dependency(e.keys.at(-1) ?? "", e.value ?? "", e)]
      : [];
  });
}

function cargoToml(fragment: Fragment): Dependency[] {
  const entries = tomlEntries(fragment);
  return entries.flatMap((e) => {
    const at = e.keys.findIndex((k) => /^(dev-|build-)?dependencies$/.test(k));
    if (at < 0) {
      const alone = e.keys.length === 2 && e.keys[0] === "?" && /^[\^~=<> ]*\d+(\.\d+)*$/.test(e.value ?? "");
      return alone && !/^(version|edition|rust-version|resolver)$/.test(e.keys[1] ?? "")
        ? [dependency(e.keys[1] ?? "", e.value ?? "", e)]
        : [];
    }
    const name = e.keys[at + 1];
    if (name === undefined) return [];
    const field = e.keys[at + 2];
    if (field === undefined) return e.value !== null ? [dependency(name, e.value, e)] : [];
    if (field === "version" || field === "git") return [dependency(name, e.value ?? "", e)];
    return [];
  });
}

function goMod(fragment: Fragment): Dependency[] {
  return rows(
    fragment,
    "x.go",
    /^\s*(?:require\s+|replace\s+)?([\w.-]+\.[\w.-]+\/[^\s]+)\s+(?:=>\s*\S+\s*)?(v[^\s]+)?\s*$/,
  );
}

function gemfile(fragment: Fragment): Dependency[] {
  return rows(
    fragment,
    "x.rb",
    /^\s*(?:gem|\w+\.add_(?:runtime_|development_)?dependency)[\s(]+["']([\w.-]+)["'](?:\s*,\s*["']([^"']*)["'])?/,
  );
}

function gradle(fragment: Fragment): Dependency[] {
  const named = rows(
    fragment,
    "x.gradle",
    /^\s*(?:implementation|api|compile|runtimeOnly|compileOnly|testImplementation|annotationProcessor|kapt|classpath)[\s(]+["']([\w.-]+:[\w.-]+)(?::([^"':@]+))?/,
  );
  return [...named, ...rows(fragment, "x.gradle", /^\s*id[\s(]+["']([\w.-]+)["']\)?\s+version\s+["']([^"']+)/)];
}

function csproj(fragment: Fragment): Dependency[] {
  return rows(
    fragment,
    "x.xml",
    /<(?:PackageReference|PackageVersion|package)\s+(?:Include|Update|id)="([^"]+)"\s+[Vv]ersion="([^"]*)"/,
  );
}

function pomXml(fragment: Fragment): Dependency[] {
  let artifact = "";
  return fragment.flatMap((line) => {
    artifact = /<artifactId>([^<]+)</.exec(line.text)?.[1] ?? artifact;
    if (/<\/(dependency|plugin|parent)>/.test(line.text)) artifact = "";
    const property = /<([\w.-]+)\.version>([^<]+)</.exec(line.text);
    const spec = property?.[2] ?? /<version>([^<]+)</.exec(line.text)?.[1];
    const name = property?.[1] ?? artifact;
    return spec !== undefined && name !== "" && !spec.includes("SNAPSHOT")
      ? [{ name, spec, line: line.number, changed: line.changed }]
      : [];
  });
}

function pubspec(fragment: Fragment): Dependency[] {
  return yamlEntries(fragment)
    .filter((e) => /^(dev_)?dependencies$/.test(e.keys.at(-2) ?? ""))
    .map((e) => dependency(e.keys.at(-1) ?? "", e.value ?? "", e));
}

function helmChart(fragment: Fragment): Dependency[] {
  let name = "";
  return yamlEntries(fragment).flatMap((e) => {
    const [key, parent] = [e.keys.at(-1), e.keys.at(-2)];
    if (parent !== "[]") return [];
    if (key === "name") name = e.value ?? "";
    return key === "version" && e.value !== null ? [dependency(name, e.value, e)] : [];
  });
}

/** Dependencies by line: the pattern's first group is the name, the second the version. */
function rows(fragment: Fragment, lexis: string, pattern: RegExp): Dependency[] {
  const { uncommented } = mask(fragment, lexis);
  return fragment.flatMap((line, row) => {
    const m = pattern.exec(uncommented[row] ?? "");
    return m ? [dependency(m[1] ?? "", m[2] ?? "", { line: line.number, changed: line.changed })] : [];
  });
}

function dependency(name: string, spec: string, at: { line: number; changed: boolean }): Dependency {
  return { name, spec: spec.trim(), line: at.line, changed: at.changed };
}
