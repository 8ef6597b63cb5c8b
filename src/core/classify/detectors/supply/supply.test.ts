import { describe, expect, test } from "@jest/globals";
import { doorOf, findingsOf } from "../../../../../test/build/edits.js";
import type { Edit } from "../../../../../test/build/edits.js";
import type { Detector } from "../../detector.js";
import { appRelease } from "./app-release.js";
import { baseImage } from "./base-image.js";
import { dependencies } from "./dependencies.js";
import { installScripts } from "./install-scripts.js";
import { license } from "./license.js";
import { lockfile } from "./lockfile.js";
import { publish } from "./publish.js";
import { registry } from "./registry.js";
import { vendored } from "./vendored.js";
import { versionBump } from "./version-bump.js";
import { isPrerelease, isUnpinned, stepBetween } from "./versions.js";

type Row = readonly [
  name: string,
  detector: Detector,
  path: string,
  before: string | null,
  after: string | null,
  door: string,
];

const rows: readonly Row[] = [
  // 47: dependencies
  [
    "a new npm dependency",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "^1.0.0",\n    "b": "^1.0.0"\n  }\n}\n',
    "recoverable",
  ],
  [
    "npm major",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "^2.0.0"\n  }\n}\n',
    "recoverable",
  ],
  [
    "npm 0.x to 0.y",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^0.1.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "^0.2.0"\n  }\n}\n',
    "recoverable",
  ],
  [
    "npm patch",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "^1.0.1"\n  }\n}\n',
    "silent",
  ],
  [
    "npm minor",
    dependencies,
    "package.json",
    '{\n  "devDependencies": {\n    "a": "1.0.0"\n  }\n}\n',
    '{\n  "devDependencies": {\n    "a": "1.4.0"\n  }\n}\n',
    "silent",
  ],
  [
    "npm from git",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "github:x/a#main"\n  }\n}\n',
    "recoverable",
  ],
  [
    "npm unpinned",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "latest"\n  }\n}\n',
    "recoverable",
  ],
  [
    "npm removed",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0",\n    "b": "1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    "silent",
  ],
  [
    "moved to devDependencies",
    dependencies,
    "package.json",
    '{\n  "dependencies": {\n    "a": "^1.0.0"\n  },\n  "devDependencies": {}\n}\n',
    '{\n  "dependencies": {},\n  "devDependencies": {\n    "a": "^1.0.0"\n  }\n}\n',
    "silent",
  ],
  [
    "formatting",
    dependencies,
    "package.json",
    '{"dependencies": {"a": "1.0.0"}}\n',
    '{\n  "dependencies": {\n    "a": "1.0.0"\n  }\n}\n',
    "silent",
  ],
  [
    "a script that looks like one",
    dependencies,
    "package.json",
    '{\n  "scripts": {\n    "a": "x"\n  }\n}\n',
    '{\n  "scripts": {\n    "a": "x",\n    "b": "y"\n  }\n}\n',
    "silent",
  ],
  [
    "deep in a long list",
    dependencies,
    "package.json",
    `{\n  "dependencies": {\n${'    "x": "1.0.0",\n'.repeat(9)}    "z": "1.0.0"\n  }\n}\n`,
    `{\n  "dependencies": {\n${'    "x": "1.0.0",\n'.repeat(9)}    "z": "2.0.0"\n  }\n}\n`,
    "recoverable",
  ],
  [
    "the trap: requirements.txt is no text",
    dependencies,
    "requirements.txt",
    "a==1.0\n",
    "a==1.0\nb==2.0\n",
    "recoverable",
  ],
  ["requirements major", dependencies, "requirements/main.in", "Django==4.2.1\n", "django==5.0.0\n", "recoverable"],
  [
    "requirements patch with hashes",
    dependencies,
    "requirements.txt",
    "a==1.0.1 \\\n    --hash=sha256:aa\n",
    "a==1.0.2 \\\n    --hash=sha256:bb\n",
    "silent",
  ],
  ["requirements comment", dependencies, "requirements.txt", "a==1.0\n", "a==1.0\n# b==2.0\n", "silent"],
  ["a URL", dependencies, "requirements.txt", "a==1.0\n", "a @ git+https://github.com/x/a@main\n", "recoverable"],
  [
    "pyproject list",
    dependencies,
    "pyproject.toml",
    '[project]\ndependencies = [\n  "a>=1",\n]\n',
    '[project]\ndependencies = [\n  "a>=1",\n  "b>=2.1",\n]\n',
    "recoverable",
  ],
  [
    "pyproject classifiers",
    dependencies,
    "pyproject.toml",
    '[project]\nclassifiers = [\n  "A :: B",\n]\n',
    '[project]\nclassifiers = [\n  "A :: B",\n  "C :: D",\n]\n',
    "silent",
  ],
  [
    "poetry table",
    dependencies,
    "pyproject.toml",
    '[tool.poetry.dependencies]\npython = "^3.9"\na = "^1.0"\n',
    '[tool.poetry.dependencies]\npython = "^3.10"\na = "^2.0"\n',
    "recoverable",
  ],
  [
    "Cargo",
    dependencies,
    "crates/x/Cargo.toml",
    '[dependencies]\nserde = "1.0.1"\n',
    '[dependencies]\nserde = "1.0.1"\ntokio = { version = "1", features = ["full"] }\n',
    "recoverable",
  ],
  [
    "Cargo patch in a table",
    dependencies,
    "Cargo.toml",
    '[dependencies]\ntokio = { version = "1.1" }\n',
    '[dependencies]\ntokio = { version = "1.2" }\n',
    "silent",
  ],
  [
    "Cargo features",
    dependencies,
    "Cargo.toml",
    '[features]\ndefault = ["a"]\n',
    '[features]\ndefault = ["a", "b"]\n',
    "silent",
  ],
  [
    "go.mod",
    dependencies,
    "go.mod",
    "require (\n\tgithub.com/a/b v1.2.3\n)\n",
    "require (\n\tgithub.com/a/b v1.2.3\n\tgithub.com/c/d v0.1.0\n)\n",
    "recoverable",
  ],
  [
    "go.mod patch",
    dependencies,
    "go.mod",
    "require github.com/a/b v1.2.3\n",
    "require github.com/a/b v1.2.4\n",
    "silent",
  ],
  ["Gemfile", dependencies, "Gemfile", "gem 'rails', '~> 7.0'\n", "gem 'rails', '~> 8.0'\n", "recoverable"],
  [
    "composer",
    dependencies,
    "composer.json",
    '{\n  "require": {\n    "a/b": "^1.0"\n  }\n}\n',
    '{\n  "require": {\n    "a/b": "^2.0"\n  }\n}\n',
    "recoverable",
  ],
  [
    "Maven",
    dependencies,
    "pom.xml",
    "<dependency>\n<artifactId>x</artifactId>\n<version>1.2.0</version>\n</dependency>\n",
    "<dependency>\n<artifactId>x</artifactId>\n<version>2.0.0</version>\n</dependency>\n",
    "recoverable",
  ],
  [
    "Gradle",
    dependencies,
    "app/build.gradle",
    "dependencies {\n}\n",
    'dependencies {\n  implementation "com.x:y:1.0"\n}\n',
    "recoverable",
  ],
  [
    "NuGet minor",
    dependencies,
    "a.csproj",
    '<PackageReference Include="A" Version="1.0.0" />\n',
    '<PackageReference Include="A" Version="1.1.0" />\n',
    "silent",
  ],
  [
    "a new manifest",
    dependencies,
    "pkg/package.json",
    null,
    '{\n  "name": "x",\n  "dependencies": {"a": "1.0.0"}\n}\n',
    "recoverable",
  ],
  ["CMakeLists.txt is not requirements", dependencies, "CMakeLists.txt", "a\n", "b==1\n", "silent"],
  // 47: install scripts
  [
    "postinstall",
    installScripts,
    "package.json",
    '{\n  "scripts": {\n    "test": "x"\n  }\n}\n',
    '{\n  "scripts": {\n    "test": "x",\n    "postinstall": "node x.js"\n  }\n}\n',
    "recoverable",
  ],
  [
    "lockfile says a package has one",
    installScripts,
    "package-lock.json",
    '{\n  "a": 1\n}\n',
    '{\n  "a": 1,\n  "hasInstallScript": true\n}\n',
    "recoverable",
  ],
  [
    "setup.py cmdclass",
    installScripts,
    "setup.py",
    "setup(\n)\n",
    "setup(\n  cmdclass={'install': X},\n)\n",
    "recoverable",
  ],
  ["build.rs is new", installScripts, "build.rs", null, "fn main() {}\n", "recoverable"],
  [
    "test script",
    installScripts,
    "package.json",
    '{\n  "scripts": {\n    "test": "x"\n  }\n}\n',
    '{\n  "scripts": {\n    "test": "y"\n  }\n}\n',
    "silent",
  ],
  // 47: registries
  [".npmrc", registry, ".npmrc", "a=b\n", "a=b\nregistry=https://npm.evil.example/\n", "recoverable"],
  [
    "pip extra index",
    registry,
    "requirements.txt",
    "a==1\n",
    "--extra-index-url https://x.example/simple\na==1\n",
    "recoverable",
  ],
  ["Gemfile source", registry, "Gemfile", "gem 'a'\n", "source 'https://gems.example'\ngem 'a'\n", "recoverable"],
  ["a comment", registry, ".npmrc", "a=b\n", "a=b\n# registry=https://x.example\n", "silent"],
  // 47: lockfiles
  [
    "lockfile only",
    lockfile,
    "package-lock.json",
    '"node_modules/a": {\n  "version": "1.0.0",\n  "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz",\n  "integrity": "sha512-aa"\n}\n',
    '"node_modules/a": {\n  "version": "1.0.1",\n  "resolved": "https://registry.npmjs.org/a/-/a-1.0.1.tgz",\n  "integrity": "sha512-bb"\n}\n',
    "silent",
  ],
  [
    "another host",
    lockfile,
    "package-lock.json",
    '"version": "1.0.0",\n"resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz",\n',
    '"version": "1.0.0",\n"resolved": "https://evil.example/a-1.0.0.tgz",\n',
    "recoverable",
  ],
  [
    "the same version with another hash",
    lockfile,
    "yarn.lock",
    'a@^1.0.0:\n  version "1.0.0"\n  integrity sha512-aa\n',
    'a@^1.0.0:\n  version "1.0.0"\n  integrity sha512-bb\n',
    "recoverable",
  ],
  ["go.sum moves on", lockfile, "go.sum", "a.b/c v1.0.0 h1:aa=\n", "a.b/c v1.0.1 h1:bb=\n", "silent"],
  ["go.sum is rewritten", lockfile, "go.sum", "a.b/c v1.0.0 h1:aa=\n", "a.b/c v1.0.0 h1:bb=\n", "recoverable"],
  // 30: version bump
  [
    "npm version",
    versionBump,
    "package.json",
    '{\n  "name": "x",\n  "version": "1.2.3"\n}\n',
    '{\n  "name": "x",\n  "version": "1.3.0"\n}\n',
    "irreversible",
  ],
  [
    "npm pre-release",
    versionBump,
    "package.json",
    '{\n  "version": "1.2.3"\n}\n',
    '{\n  "version": "1.3.0-canary.1"\n}\n',
    "recoverable",
  ],
  [
    "private package",
    versionBump,
    "package.json",
    '{\n  "private": true,\n  "version": "1.2.3"\n}\n',
    '{\n  "private": true,\n  "version": "1.3.0"\n}\n',
    "silent",
  ],
  [
    "a dependency's version",
    versionBump,
    "package.json",
    '{\n  "dependencies": {\n    "version": "1.0.0"\n  }\n}\n',
    '{\n  "dependencies": {\n    "version": "2.0.0"\n  }\n}\n',
    "silent",
  ],
  [
    "Cargo",
    versionBump,
    "Cargo.toml",
    '[package]\nname = "x"\nversion = "0.1.0"\n',
    '[package]\nname = "x"\nversion = "0.2.0"\n',
    "irreversible",
  ],
  [
    "Cargo dependency table",
    versionBump,
    "Cargo.toml",
    '[dependencies.x]\nversion = "0.1.0"\n',
    '[dependencies.x]\nversion = "0.2.0"\n',
    "silent",
  ],
  [
    "pyproject",
    versionBump,
    "pyproject.toml",
    '[project]\nversion = "1.0"\n',
    '[project]\nversion = "1.1"\n',
    "irreversible",
  ],
  [
    "__version__",
    versionBump,
    "src/x/__init__.py",
    '__version__ = "1.0.0"\n',
    '__version__ = "1.0.1"\n',
    "irreversible",
  ],
  ["VERSION file", versionBump, "VERSION", "1.0.0\n", "1.1.0\n", "irreversible"],
  ["development version", versionBump, "VERSION", "1.0.0\n", "1.1.0.dev0\n", "silent"],
  ["snapshot", versionBump, "gradle.properties", "version=1.0.0\n", "version=1.1.0-SNAPSHOT\n", "silent"],
  ["gem", versionBump, "lib/x/version.rb", 'VERSION = "1.0.0"\n', 'VERSION = "1.0.1"\n', "irreversible"],
  ["a new manifest", versionBump, "package.json", null, '{\n  "version": "1.0.0"\n}\n', "silent"],
  [
    "an example",
    versionBump,
    "examples/a/package.json",
    '{\n  "version": "1.0.0"\n}\n',
    '{\n  "version": "1.0.1"\n}\n',
    "silent",
  ],
  // 30: publish
  [
    "npm publish in CI",
    publish,
    ".github/workflows/r.yml",
    "a: 1\n",
    "a: 1\nrun: npm publish --access public\n",
    "irreversible",
  ],
  [
    "an action",
    publish,
    ".github/workflows/r.yml",
    "a: 1\n",
    "a: 1\n- uses: pypa/gh-action-pypi-publish@release/v1\n",
    "irreversible",
  ],
  ["twine in a script", publish, "scripts/r.sh", "set -e\n", "set -e\ntwine upload dist/*\n", "irreversible"],
  ["tags", publish, "Makefile", "x:\n", "x:\n\tgit push origin --tags\n", "irreversible"],
  ["a tag", publish, "scripts/r.sh", "set -e\n", "set -e\ngit tag -a v1.0.0\n", "irreversible"],
  ["rehearsed", publish, "scripts/r.sh", "set -e\n", "set -e\ncargo publish --dry-run\n", "recoverable"],
  ["an image", publish, ".gitlab-ci.yml", "a: 1\n", "a: 1\nscript: docker push x/y\n", "recoverable"],
  ["a comment", publish, "scripts/r.sh", "set -e\n", "set -e\n# then npm publish\n", "silent"],
  ["said, not done", publish, "scripts/r.sh", "set -e\n", "set -e\necho 'run npm publish'\n", "silent"],
  ["documentation", publish, "docs/r.md", "a\n", "npm publish\n", "silent"],
  // 46
  [
    "LICENSE text",
    license,
    "LICENSE",
    "MIT License\nPermission is granted\n",
    "Business Source License\n",
    "irreversible",
  ],
  ["LICENSE year", license, "LICENSE", "Copyright (c) 2023 X\n", "Copyright (c) 2023-2024 X\n", "silent"],
  ["LICENSE removed", license, "LICENSE.md", "MIT License\n", null, "irreversible"],
  [
    "the manifest's licence",
    license,
    "package.json",
    '{\n  "license": "MIT"\n}\n',
    '{\n  "license": "BUSL-1.1"\n}\n',
    "irreversible",
  ],
  [
    "a header",
    license,
    "a.go",
    "// SPDX-License-Identifier: MIT\n",
    "// SPDX-License-Identifier: AGPL-3.0\n",
    "irreversible",
  ],
  ["a licence in vendor", license, "vendor/x/LICENSE", "a\n", "b\n", "silent"],
  [
    "named instead of pointed to",
    license,
    "pyproject.toml",
    '[project]\nlicense = {file = "LICENSE"}\n',
    '[project]\nlicense = "BSD-3-Clause"\n',
    "silent",
  ],
  [
    "another form of the same",
    license,
    "pyproject.toml",
    '[project]\nlicense = {text = "MIT"}\n',
    '[project]\nlicense = "MIT"\n',
    "silent",
  ],
  // 48
  ["vendored code", vendored, "third_party/x/a.c", "a\n", "b\n", "recoverable"],
  [".gitmodules", vendored, ".gitmodules", "a\n", "b\n", "recoverable"],
  ["a vendor's page", vendored, "src/vendors.ts", "a\n", "b\n", "silent"],
  // 54
  ["versionCode", appRelease, "app/build.gradle", "versionCode 3\n", "versionCode 4\n", "irreversible"],
  [
    "Info.plist",
    appRelease,
    "ios/App/Info.plist",
    "<key>CFBundleVersion</key>\n<string>3</string>\n",
    "<key>CFBundleVersion</key>\n<string>4</string>\n",
    "irreversible",
  ],
  ["fastlane", appRelease, "fastlane/Fastfile", "lane :x do\n", "lane :x do\n  upload_to_app_store\n", "irreversible"],
  [
    "firmware",
    appRelease,
    "src/version.h",
    '#define FIRMWARE_VERSION "1.0"\n',
    '#define FIRMWARE_VERSION "1.1"\n',
    "irreversible",
  ],
  ["pubspec", appRelease, "pubspec.yaml", "version: 1.0.0+1\n", "version: 1.0.1+2\n", "irreversible"],
  ["another gradle line", appRelease, "app/build.gradle", "minSdk 21\n", "minSdk 23\n", "silent"],
  // base images
  ["node major", baseImage, "Dockerfile", "FROM node:18-alpine\n", "FROM node:20-alpine\n", "recoverable"],
  ["node patch", baseImage, "Dockerfile", "FROM node:18.1-alpine\n", "FROM node:18.2-alpine\n", "silent"],
  ["another system", baseImage, "Dockerfile", "FROM debian:12\n", "FROM alpine:3\n", "recoverable"],
  ["a stage", baseImage, "Dockerfile", "FROM a:1 AS b\nRUN x\n", "FROM a:1 AS b\nRUN x\nFROM b\n", "silent"],
];

describe("supply", () => {
  test.each(rows.map(([name, detector, path, before, after, door]) => ({ name, detector, path, before, after, door })))(
    "$detector.id: $name",
    ({ detector, path, before, after, door }) => {
      const edit: Edit = { path, ...(before !== null && { before }), ...(after !== null && { after }) };
      expect(doorOf(detector, edit)).toBe(door);
    },
  );

  test("vendored code is said once for each folder", () => {
    const edits = ["a", "b", "c"].map((n) => ({ path: `vendor/${n}.go`, before: "x\n", after: "y\n" }));
    expect(findingsOf(vendored, edits).map((f) => f.path)).toEqual(["vendor/a.go"]);
  });

  test.each([
    ["^1.2.0", "^1.2.9", "patch"],
    ["1.2", "1.3", "minor"],
    ["~> 6.1", "~> 7.0", "major"],
    ["v0.3.0", "v0.4.0", "major"],
    ["0.3.1", "0.3.2", "patch"],
    ["main", "v2", "unclear"],
    ["1.0.0", "1.0.0 ", "none"],
  ])("from %s to %s is %s", (before, after, step) => {
    expect(stepBetween(before, after)).toBe(step);
  });

  test.each([
    ["*", true],
    ["latest", true],
    ["git+https://x/y", true],
    [">=1.0", true],
    ["^1.0", false],
    ["==1.0", false],
    ["workspace:*", false],
  ])("%s is unpinned: %s", (spec, unpinned) => {
    expect(isUnpinned(spec)).toBe(unpinned);
  });

  test.each([
    ["1.0.0-rc.1", true],
    ["1.0.0a1", true],
    ["2.0.0-next", true],
    ["1.0.0", false],
  ])("%s is a pre-release: %s", (version, pre) => {
    expect(isPrerelease(version)).toBe(pre);
  });
});
