import type { FileChange } from "../../../model/change.js";
import type { Level, Reversibility } from "../../../model/classification.js";
import type { Detector, Hit } from "../../detector.js";
import { mentions } from "../../parsers/changed-code.js";
import { addedCommands } from "../../parsers/shell.js";
import { isCiPath, isDocsPath, isTestPath } from "../../path-kinds.js";

interface Danger {
  readonly pattern: RegExp;
  readonly why: string;
  readonly reversibility?: Reversibility;
  readonly hazard?: Level;
}

/** The first that fits decides. */
const dangers: readonly Danger[] = [
  {
    pattern: /^git\s+push\b.*--force-with-lease/,
    why: "Replaces a branch's history, unless someone else moved it.",
    reversibility: "recoverable",
    hazard: "medium",
  },
  {
    pattern: /^git\s+push\b.*(\s--force\b|\s-f\b|\s\+\S+:|\s--mirror\b)/,
    why: "Replaces a branch's history: commits of others are lost to it.",
  },
  {
    pattern: /^git\s+push\b.*(\s--delete\b|\s-d\b|\s:\S)/,
    why: "Deletes a branch or tag for everybody.",
    reversibility: "recoverable",
  },
  { pattern: /^git\s+(filter-branch|filter-repo)\b/, why: "Rewrites the repository's history." },
  { pattern: /^kubectl\b.*\bdelete\b.*(\s--dry-run)/, why: "", reversibility: "reversible" },
  {
    pattern: /^kubectl\b.*\bdelete\s+(pods?|po|jobs?|events?|replicasets?|rs)\b/,
    why: "Deletes what its controller makes again.",
    reversibility: "recoverable",
    hazard: "medium",
  },
  { pattern: /^(kubectl|oc)\b.*\bdelete\b/, why: "Deletes objects of the cluster with what they hold." },
  { pattern: /^helm\s+(uninstall|delete|del)\b/, why: "Deletes a release with its volumes and secrets." },
  {
    pattern: /^(terraform|tofu|terragrunt|pulumi|cdk|serverless|sls|eksctl)\b.*\b(destroy|remove|delete)\b/,
    why: "Destroys the infrastructure with the data in it.",
  },
  { pattern: /^(terraform|tofu)\s+state\s+(rm|push)\b/, why: "Edits the state by hand.", reversibility: "recoverable" },
  { pattern: /^(redis-cli|valkey-cli)\b.*\bflush(all|db)\b/i, why: "Empties the store." },
  {
    pattern:
      /^(psql|mysql|mariadb|sqlite3|mongo|mongosh|cqlsh|clickhouse-client|sqlcmd|bq)\b.*(\bdrop\s+(table|database|schema|keyspace)|\btruncate\b|\bdelete\s+from\b|dropDatabase|\.drop\()/i,
    why: "Deletes data in a database.",
  },
  {
    pattern:
      /^(dropdb|dropuser|mysqladmin\b.*\bdrop|rails\s+db:(drop|reset)|rake\s+db:(drop|reset)|bundle\s+exec\s+(rails|rake)\s+db:(drop|reset)|prisma\s+migrate\s+reset|npx\s+prisma\s+migrate\s+reset|python3?\s+manage\.py\s+flush)\b/,
    why: "Deletes a database.",
  },
  {
    pattern:
      /^aws\s+s3\s+(rb\b|rm\b.*--recursive)|^aws\s+s3\s+sync\b.*--delete|^(gsutil|gcloud\s+storage)\s+(-m\s+)?rm\b.*(\s-r|\s-a|--recursive)|^(s3cmd|mc)\s+(rb|rm|del)\b.*(-r|--recursive|--force)|^rclone\s+(purge|delete)|^azcopy\s+remove/,
    why: "Deletes stored objects.",
  },
  {
    pattern:
      /^aws\s+\S+\s+(delete|terminate|deregister|purge)-|^gcloud\b.*\bdelete\b|^az\b.*\b(delete|purge)\b|^doctl\b.*\bdelete\b|^heroku\s+(apps:destroy|pg:reset)|^fly(ctl)?\s+(apps\s+destroy|volumes\s+destroy)/,
    why: "Deletes a cloud resource.",
  },
  {
    pattern:
      /^(docker|podman)\s+(volume\s+(rm|prune)|system\s+prune\b.*--volumes|compose\b.*\bdown\b.*(\s-v\b|--volumes))|^docker-compose\b.*\bdown\b.*(\s-v\b|--volumes)/,
    why: "Deletes volumes with the data in them.",
    reversibility: "recoverable",
  },
  {
    pattern: /^(npm|yarn|pnpm)\s+unpublish\b|^cargo\s+yank\b|^gem\s+yank\b|^gh\s+(repo|release)\s+delete\b/,
    why: "Takes a published artefact away; its version can never be used again.",
  },
  {
    pattern: /^(mkfs(\.\w+)?|shred|wipefs|blkdiscard)\b|^dd\b.*\bof=\/dev\/(?!null|stdout)/,
    why: "Overwrites a disk.",
  },
  {
    pattern:
      /^kafka-topics(\.sh)?\b.*--delete\b|^rabbitmqctl\s+(reset|force_reset|delete_queue|purge_queue)|^curl\b.*-X\s*DELETE\b/,
    why: "Deletes data of a running service.",
  },
  {
    pattern: /^find\b.*\s-delete\b|^find\b.*-exec\s+rm\b/,
    why: "Deletes whatever the search finds.",
    reversibility: "recoverable",
  },
];

/** Cheap look before commands are told apart. */
const hint =
  /\brm\b|delete|destroy|drop|truncate|flush|purge|prune|force|push|filter-|uninstall|remove|unpublish|yank|mkfs|shred|wipefs|blkdiscard|\bdd\b|reset|\brb\b|volumes|terminate|deregister|\bstate\b|\bdel\b|\bdown\b|\s-v\b/i;

export const destructiveCommand: Detector = {
  id: "code/destructive-command",
  reads: "commands in scripts, CI, Makefiles, package scripts, and handed to a shell by code",
  reversibility: "irreversible",
  hazard: "critical",
  why: "What this deletes is gone.",
  remedy: "Take a backup first, ask for the target by name, rehearse with a dry run, and let a person start it.",
  source: "ShellCheck SC2115; AWS Builders' Library, avoiding destructive operations; git-push(1), --force-with-lease",
  concerns: (file) => runs(file) && file.status !== "removed" && !isTestPath(file.path) && !isDocsPath(file.path),
  detect: (file) =>
    !mentions(file, hint)
      ? []
      : addedCommands(file).flatMap((c) => judged(file.change.path, { text: withoutPrefix(c.text), line: c.line })),
};

function runs(file: FileChange): boolean {
  const { path } = file;
  return (
    isCiPath(path) ||
    /\.(sh|bash|zsh|mk|ya?ml|py|rb|js|ts|mjs|go)$/.test(path) ||
    /(^|\/)(Makefile|GNUmakefile|makefile|package\.json)$/.test(path) ||
    !/\.[^/]*$/.test(path)
  );
}

/** `sudo`, `env A=b`, `time` and the like run what follows them. */
function withoutPrefix(text: string): string {
  return text
    .trim()
    .replace(/^((sudo|command|exec|time|nohup|xargs|env)\s+(-\w+\s+)*|[A-Z_][A-Z0-9_]*=\S*\s+)*/, "")
    .replace(/^kubectl\s+-n\s+\S+/, "kubectl");
}

function judged(path: string, command: { text: string; line: number }): Hit[] {
  const hit = { path, line: command.line };
  if (/^(echo|printf|log|info|warn|cat)\b/.test(command.text)) return [];
  const danger = dangers.find((d) => d.pattern.test(command.text));
  if (danger)
    return danger.reversibility === "reversible"
      ? []
      : [
          {
            ...hit,
            why: danger.why,
            ...(danger.reversibility && { reversibility: danger.reversibility }),
            ...(danger.hazard && { hazard: danger.hazard }),
          },
        ];
  return removal(hit, command.text);
}

/** Folders that a build makes again. */
const remade =
  /^["']?(\.\/|\$\{?(PWD|BUILD_DIR|TMPDIR|TEMP\w*|TMP\w*|tmp\w*|temp\w*|OUT\w*|OUTPUT\w*|build\w*|WORKDIR)\}?\/?)?(dist|build|out|output|target|bin|obj|lib|node_modules|coverage|\.?cache|__pycache__|\.next|\.nuxt|\.turbo|\.pytest_cache|\.mypy_cache|\.venv|venv|\.tox|\.gradle|tmp|temp|logs?|generated|gen|artifacts|\w+\.egg-info|\*\.egg-info|site|_site|public|release|staging|pkg|esm|cjs|es|types|test-results|playwright-report|cmake-out|\$\{?(TMPDIR|TEMP\w*|TMP\w*|tmp\w*|temp\w*|BUILD_DIR|OUT_DIR|OUTPUT_DIR|CMAKE_OUT\w*)\}?|\/tmp|\/var\/tmp|\/var\/lib\/apt\/lists|\/var\/cache|\/root\/\.cache|~\/\.cache)(\/\S*)?["']?\/?\*?$/i;

/** `rm -r` and `rm -f` of what: a build's output, a named thing, or whatever a variable holds. */
function removal(hit: { path: string; line: number }, text: string): Hit[] {
  const m = /^rm\s+(.*)$/s.exec(text);
  if (!m?.[1] || !/(^|\s)(-\w*[rR]\w*|--recursive)(\s|$)/.test(m[1])) return [];
  const targets = m[1].split(/\s+/).filter((t) => t !== "" && !t.startsWith("-") && t !== "--");
  const left = targets.filter((t) => !remade.test(t) && !/\.(log|tmp|o|pyc|whl|tar|gz|zip|tgz)["']?$/.test(t));
  // A CI job's working copy lives for that job only.
  if (left.length === 0 || (isCiPath(hit.path) && left.every((t) => /^["']?[\w.][^$~]*$/.test(t)))) return [];
  const wide = left.find((t) =>
    /^["']?(\/|~|\$HOME|\$\{HOME\})["']?\/?\*?["']?$|^["']?\/(?!tmp|var\/tmp|github|workspace|home\/runner)\w+|^\*$|^["']?\$\{?\w+\}?["']?\/?\*?$|^["']?\$\{?\w+\}?["']?\/\*/.test(
      t,
    ),
  );
  if (wide !== undefined && !isCiPath(hit.path))
    return [
      { ...hit, why: `Deletes ${wide} and everything below it; an empty or wrong variable deletes something else.` },
    ];
  return [
    {
      ...hit,
      reversibility: "recoverable",
      hazard: "medium",
      why: `Deletes ${left.join(" ")} and everything below it.`,
    },
  ];
}
