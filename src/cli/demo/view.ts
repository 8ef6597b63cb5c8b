import colors from "picocolors";
import { pullsOf, type Delivery, type Repo } from "../../sandbox/state.js";
import type { Sandbox } from "../../sandbox/server.js";

/** The story in the terminal, on stderr: a line for each thing that happens and, on a terminal, one that stands below. */
export interface View {
  readonly tells: (what: string) => void;
  readonly stop: () => void;
}

const tickMs = 250;

export function openView(sandbox: Sandbox, repo: Repo): View {
  const started = Date.now();
  const live = process.stderr.isTTY;
  let seen = 0;
  let moved = 0;
  const erase = () => (live ? process.stderr.write("\r\x1b[2K") : true);
  const tells = (what: string): void => {
    erase();
    const at = `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`;
    process.stderr.write(`${colors.dim(at)}  ${what}\n`);
  };
  const tick = (): void => {
    for (; seen < sandbox.world.deliveries.length; seen++) {
      const delivery = sandbox.world.deliveries[seen];
      const line = delivery && delivery.repoId === repo.id ? told(delivery) : null;
      if (line !== null) tells(line);
    }
    for (; moved < sandbox.world.moves.length; moved++) {
      const move = sandbox.world.moves[moved];
      if (move?.repo === repo && move.ref === `refs/heads/${repo.defaultBranch}`) {
        tells(
          `${colors.green(repo.defaultBranch)} moves to ${(move.to ?? "nothing").slice(0, 10)} by ${move.by.login}`,
        );
      }
    }
    if (live) process.stderr.write(`\r\x1b[2K${status(sandbox, repo)}`);
  };
  const timer = setInterval(tick, tickMs);
  return {
    tells,
    stop: () => {
      clearInterval(timer);
      tick();
      erase();
    },
  };
}

function status(sandbox: Sandbox, repo: Repo): string {
  const pulls = pullsOf(repo);
  const open = pulls.filter((p) => p.state === "open").length;
  const merged = pulls.filter((p) => p.pull.merged).length;
  const { running, waiting } = sandbox.ci?.load() ?? { running: 0, waiting: 0 };
  return colors.dim(`${open} open, ${merged} landed; CI runs ${running}, ${waiting} wait`);
}

interface Told {
  readonly action?: string;
  readonly number?: number;
  readonly pull_request?: {
    readonly number: number;
    readonly title: string;
    readonly merged?: boolean;
    readonly head: { readonly ref: string };
  };
  readonly review?: { readonly state: string };
  readonly issue?: { readonly number: number };
  readonly comment?: { readonly body: string };
  readonly check_run?: {
    readonly name: string;
    readonly conclusion: string | null;
    readonly app: { readonly slug: string };
  };
  readonly sender: { readonly login: string };
}

/** A webhook in words; null for those that would only be noise here. */
function told(delivery: Delivery): string | null {
  if (delivery.redelivery) return null;
  const payload = JSON.parse(delivery.payload) as Told;
  const by = payload.sender.login;
  const pull = payload.pull_request;
  const what = `${delivery.event}.${delivery.action ?? ""}`;
  if (pull) return ofPull(what, { by, pull, review: payload.review?.state ?? "" });
  if (what === "issue_comment.created" && payload.issue && !by.startsWith("drumline")) {
    return `#${payload.issue.number} ${by}: ${firstLine(payload.comment?.body ?? "")}`;
  }
  return null;
}

function ofPull(
  what: string,
  of: { by: string; pull: NonNullable<Told["pull_request"]>; review: string },
): string | null {
  const { by, pull } = of;
  const name = `#${pull.number}`;
  switch (what) {
    case "pull_request.opened":
      return `${colors.cyan(name)} opened by ${by}: ${pull.title}`;
    case "pull_request.synchronize":
      return `${name} ${by} pushes to ${pull.head.ref}`;
    case "pull_request.closed":
      return pull.merged ? `${colors.green(name)} landed: ${pull.title}` : `${name} closed by ${by}`;
    case "pull_request_review.submitted":
      return `${name} ${by} ${of.review.replaceAll("_", " ")}`;
    default:
      return null;
  }
}

function firstLine(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
