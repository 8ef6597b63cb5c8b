/** What a path says about a file by itself; every rule that asks "is this a test?" asks here. */

/** Test code, fixtures and examples: what happens there doesn't reach users. */
export function isTestPath(path: string): boolean {
  return (
    /(^|\/)(tests?|__tests__|__mocks__|__snapshots__|spec|specs|testing|testdata|test[-_]?data|fixtures?|e2e|mocks?|cypress|testutils?|test[-_]utils?)\//i.test(
      path,
    ) ||
    /(^|\/)(test_[^/]*|conftest)\.py$|_test\.(go|py|cc|cpp|rb|dart|exs)$|[._-](test|spec|e2e)\.[cm]?[jt]sx?$|_spec\.rb$|Tests?\.(java|kt|cs|swift|scala|php)$|\.stories\.[jt]sx?$/.test(
      path,
    )
  );
}

/** Folders of a Java package (`com/example`) are a name, not a purpose. */
export function isExamplePath(path: string): boolean {
  return (
    !/(^|\/)src\/main\/(java|kotlin|scala)\//.test(path) &&
    /(^|\/)(examples?|samples?|demos?|playground|benchmarks?|bench)\//i.test(path)
  );
}

/** Prose for people. Agent instructions, requirements.txt and CMakeLists.txt are none, whatever their ending. */
export function isDocsPath(path: string): boolean {
  if (isAgentInstructions(path)) return false;
  if (/(^|\/)(requirements[^/]*|constraints[^/]*|CMakeLists|robots|humans|CODEOWNERS)\.txt$/i.test(path)) return false;
  return /\.(md|mdx|rst|adoc|asciidoc|txt)$/i.test(path) || /(^|\/)(docs?|documentation)\/[^.]*$/i.test(path);
}

/** Files that tell coding agents what to do: prose by their ending, configuration by their effect. */
export function isAgentInstructions(path: string): boolean {
  return (
    /(^|\/)(AGENTS?|CLAUDE|GEMINI|SKILL|COPILOT|WARP|CONVENTIONS\.aider)(\.[\w-]+)?\.md$/i.test(path) ||
    /(^|\/)\.(cursorrules|windsurfrules|clinerules|aider\.conf\.yml|goosehints)$/.test(path) ||
    /(^|\/)\.(cursor|claude|windsurf|clinerules|roo|gemini|codex|continue|amazonq)\//.test(path) ||
    /(^|\/)\.github\/(copilot-instructions\.md|instructions\/|prompts\/|agents\/|chatmodes\/)/.test(path) ||
    /(^|\/)\.mcp\.json$/.test(path)
  );
}

export function isVendoredPath(path: string): boolean {
  return /(^|\/)(vendor|node_modules|third[-_]party|bower_components|Pods|Carthage)\//.test(path);
}

/** Workflows run by GitHub, composite actions included. */
export function isWorkflowPath(path: string): boolean {
  return /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || /(^|\/)action\.ya?ml$/.test(path);
}

/** Other CI systems and build scripts. */
export function isCiPath(path: string): boolean {
  return (
    isWorkflowPath(path) ||
    /(^|\/)(\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines[^/]*\.ya?ml|Jenkinsfile|bitbucket-pipelines\.yml|appveyor\.yml|cloudbuild\.ya?ml|\.drone\.yml)$/.test(
      path,
    ) ||
    /(^|\/)(\.circleci|\.buildkite|\.azure-pipelines|\.ci)\//.test(path)
  );
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
