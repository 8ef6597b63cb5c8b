/** Names of GitHub's resources in the store's cache, within one repository. */
export const resourceKeys = {
  branch: (base: string) => `branch:${base}`,
  openPulls: "pulls",
  pull: (number: number) => `pull:${number}`,
  files: (number: number, headSha: string) => `files:${number}:${headSha}`,
  commits: (number: number, headSha: string) => `commits:${number}:${headSha}`,
  reviews: (number: number) => `reviews:${number}`,
  comments: (number: number) => `comments:${number}`,
  checks: (sha: string) => `checks:${sha}`,
  report: (sha: string, check: string) => `report:${sha}:${check}`,
  annotations: (checkRun: number) => `annotations:${checkRun}`,
  /** Kept once a commit status was seen here: only then are statuses read beside check runs. */
  statusesUsed: "statuses-used",
  labelEvents: (number: number) => `label-events:${number}`,
  deployments: (sha: string) => `deployments:${sha}`,
  deployment: (id: number) => `deployment:${id}`,
  text: (base: string, path: string) => `text:${base}:${path}`,
  organisationText: (owner: string, path: string) => `organisation:${owner}:${path}`,
  team: (team: string) => `team:${team.toLowerCase()}`,
  permission: (login: string) => `permission:${login.toLowerCase()}`,
  writers: "writers",
  /** Where our own staging branch was left. */
  staging: (branch: string) => `staging:${branch}`,
  rules: (base: string) => `rules:${base}`,
  label: (name: string) => `label:${name}`,
} as const;
