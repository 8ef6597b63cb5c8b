import { emitPull, ensureLabel, setLabels } from "../actions/pulls.js";
import { addComment, deleteComment, editComment } from "../actions/talk.js";
import { forbidden, GitHubFailure, invalid, notFound } from "../fail.js";
import {
  anyone,
  choice,
  created,
  needText,
  nothing,
  ok,
  page,
  param,
  text,
  texts,
  triager,
  type Answer,
  type Call,
  type Route,
} from "../http/route.js";
import { reaches } from "../permissions.js";
import { permissionOf } from "../shape/association.js";
import { label as labelShape } from "../shape/common.js";
import { comment as commentShape, issueShape, labelChange, labelsOf } from "../shape/pull.js";
import { isPull, takeId, type Comment, type Issue, type Label } from "../state.js";
import { emit } from "../webhooks/emit.js";
import { self } from "./pulls.js";

const read = anyone(["issues", "read"]);
const write = anyone(["issues", "write"]);
const triage = triager(["issues", "write"]);
const base = "/repos/{owner}/{repo}";
const one = `${base}/issues/{issue_number}`;

export const issueRoutes: readonly Route[] = [
  { method: "POST", path: `${base}/issues`, needs: write, run: createIssue },
  { method: "GET", path: `${base}/issues`, needs: read, run: repoIssues },
  { method: "PATCH", path: one, needs: write, run: updateIssue },
  { method: "GET", path: one, needs: read, run: (call) => ok(issueShape(call.world, call.repo, needIssue(call))) },
  { method: "GET", path: `${base}/issues/comments`, needs: read, run: repoComments },
  { method: "GET", path: `${base}/issues/comments/{comment_id}`, needs: read, run: getComment },
  { method: "PATCH", path: `${base}/issues/comments/{comment_id}`, needs: write, run: updateComment },
  { method: "DELETE", path: `${base}/issues/comments/{comment_id}`, needs: write, run: removeComment },
  { method: "GET", path: `${one}/comments`, needs: read, run: issueComments },
  { method: "POST", path: `${one}/comments`, needs: write, run: createComment },
  { method: "GET", path: `${one}/events`, needs: read, run: issueEvents },
  {
    method: "GET",
    path: `${one}/labels`,
    needs: read,
    run: (call) => ok(labelsOf(call.world, call.repo, needIssue(call))),
  },
  { method: "POST", path: `${one}/labels`, needs: triage, run: addLabels },
  { method: "PUT", path: `${one}/labels`, needs: triage, run: replaceLabels },
  { method: "DELETE", path: `${one}/labels/{name}`, needs: triage, run: removeLabel },
  { method: "GET", path: `${base}/labels`, needs: read, run: repoLabels },
  { method: "POST", path: `${base}/labels`, needs: triage, run: createLabel },
  {
    method: "GET",
    path: `${base}/labels/{name}`,
    needs: read,
    run: (call) => ok(labelShape(call.world, call.repo, needLabel(call))),
  },
  { method: "PATCH", path: `${base}/labels/{name}`, needs: triage, run: updateLabel },
  { method: "DELETE", path: `${base}/labels/{name}`, needs: triage, run: deleteLabel },
];

function needIssue(call: Call): Issue {
  const found = call.repo.issues.get(Number(param(call, "issue_number")));
  if (!found) throw notFound();
  return found;
}

function createIssue(call: Call): Answer {
  const { world, repo } = call;
  const at = world.now();
  const issue: Issue = {
    id: takeId(world),
    number: repo.nextNumber,
    user: self(call),
    title: needText(call, "title"),
    body: text(call, "body"),
    state: "open",
    labels: texts(call, "labels").map((name) => ensureLabel(world, repo, name).name),
    assignees: texts(call, "assignees").flatMap((login) => world.accounts.get(login.toLowerCase()) ?? []),
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    pull: null,
  };
  repo.nextNumber += 1;
  repo.issues.set(issue.number, issue);
  const shape = issueShape(world, repo, issue);
  emit(world, repo, { event: "issues", action: "opened", sender: issue.user, body: { issue: shape } });
  return created(shape);
}

/** Newest first, open ones unless said otherwise; pull requests are issues here, too. */
function repoIssues(call: Call): Answer {
  const creator = call.query.get("creator")?.toLowerCase();
  const state = call.query.get("state") ?? "open";
  const found = [...call.repo.issues.values()].filter(
    (i) => (state === "all" || i.state === state) && (creator === undefined || i.user.login.toLowerCase() === creator),
  );
  found.sort((a, b) => b.number - a.number);
  return page(call, found, { shape: (i) => issueShape(call.world, call.repo, i) });
}

/** What else GitHub lets one change there, nobody needs here; pull requests have a route of their own. */
function updateIssue(call: Call): Answer {
  const { world, repo } = call;
  const issue = needIssue(call);
  issue.title = text(call, "title") ?? issue.title;
  issue.body = text(call, "body") ?? issue.body;
  const state = choice(call, "state", ["open", "closed"]);
  if (state !== null && state !== issue.state) {
    issue.state = state;
    issue.closedAt = state === "closed" ? world.now() : null;
    issue.closedBy = state === "closed" ? self(call) : null;
  }
  issue.updatedAt = world.now();
  return ok(issueShape(world, repo, issue));
}

/** `since` compares with the last edit, as on GitHub. */
function recent(call: Call, comments: Comment[]): Comment[] {
  const since = call.query.get("since");
  const from = since === null ? 0 : Date.parse(since);
  if (Number.isNaN(from)) throw invalid("Invalid request.\n\nsince is not a date.");
  return comments.filter((c) => c.updatedAt >= from);
}

function repoComments(call: Call): Answer {
  const comments = recent(call, [...call.repo.comments.values()]);
  if (call.query.get("sort") === "updated") comments.sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id);
  if (call.query.get("direction") === "desc") comments.reverse();
  return page(call, comments, { shape: (c) => commentShape(call.world, call.repo, c) });
}

function issueComments(call: Call): Answer {
  const { number } = needIssue(call);
  const comments = recent(
    call,
    [...call.repo.comments.values()].filter((c) => c.issue === number),
  );
  return page(call, comments, { shape: (c) => commentShape(call.world, call.repo, c) });
}

/** Of what happens to an issue the sandbox tells who set which label. */
function issueEvents(call: Call): Answer {
  const { number } = needIssue(call);
  const changes = call.repo.labelChanges.filter((c) => c.issue === number);
  return page(call, changes, { shape: (c) => labelChange(call.world, call.repo, c) });
}

function needComment(call: Call): Comment {
  const found = call.repo.comments.get(Number(param(call, "comment_id")));
  if (!found) throw notFound();
  return found;
}

function getComment(call: Call): Answer {
  return ok(commentShape(call.world, call.repo, needComment(call)));
}

/** An app may edit its own comments only; a person also others' with write access. */
function refuseForeign(call: Call, comment: Comment): void {
  const by = self(call);
  if (comment.user.id === by.id) return;
  if (call.caller.kind === "user" && reaches(permissionOf(call.repo, by), "write")) return;
  throw call.caller.kind === "installation"
    ? forbidden()
    : new GitHubFailure(403, "Must have admin rights to Repository.");
}

function createComment(call: Call): Answer {
  const issue = needIssue(call);
  const appId = call.caller.kind === "installation" ? call.caller.app.id : null;
  const comment = addComment(call.world, call.repo, { issue, body: needText(call, "body"), by: self(call), appId });
  return created(commentShape(call.world, call.repo, comment));
}

function updateComment(call: Call): Answer {
  const comment = needComment(call);
  refuseForeign(call, comment);
  editComment(call.world, call.repo, { comment, body: needText(call, "body"), by: self(call) });
  return ok(commentShape(call.world, call.repo, comment));
}

function removeComment(call: Call): Answer {
  const comment = needComment(call);
  refuseForeign(call, comment);
  deleteComment(call.world, call.repo, { comment, by: self(call) });
  return nothing();
}

async function change(call: Call, labels: readonly string[]): Promise<Answer> {
  const issue = needIssue(call);
  const { world, repo } = call;
  if (isPull(issue)) await setLabels(world, repo, { issue, labels, by: self(call) });
  else issue.labels = labels.map((name) => ensureLabel(world, repo, name).name);
  return ok(labelsOf(world, repo, issue));
}

async function addLabels(call: Call): Promise<Answer> {
  return await change(call, [...needIssue(call).labels, ...texts(call, "labels")]);
}

async function replaceLabels(call: Call): Promise<Answer> {
  return await change(call, texts(call, "labels"));
}

async function removeLabel(call: Call): Promise<Answer> {
  const name = param(call, "name").toLowerCase();
  const { labels } = needIssue(call);
  if (!labels.some((l) => l.toLowerCase() === name)) throw new GitHubFailure(404, "Label does not exist");
  return await change(
    call,
    labels.filter((l) => l.toLowerCase() !== name),
  );
}

function repoLabels(call: Call): Answer {
  return page(call, [...call.repo.labels.values()], { shape: (l) => labelShape(call.world, call.repo, l) });
}

function needLabel(call: Call): Label {
  const found = call.repo.labels.get(param(call, "name").toLowerCase());
  if (!found) throw notFound();
  return found;
}

function createLabel(call: Call): Answer {
  const { world, repo } = call;
  const name = needText(call, "name");
  if (repo.labels.has(name.toLowerCase())) {
    throw invalid("Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]);
  }
  const made = ensureLabel(world, repo, name);
  made.color = text(call, "color") ?? made.color;
  made.description = text(call, "description");
  emitLabel(call, made, { action: "created" });
  return created(labelShape(world, repo, made));
}

function updateLabel(call: Call): Answer {
  const { repo, world } = call;
  const label = needLabel(call);
  const { name: old, color } = label;
  label.color = text(call, "color") ?? label.color;
  label.description = text(call, "description") ?? label.description;
  label.name = text(call, "new_name") ?? label.name;
  repo.labels.delete(old.toLowerCase());
  repo.labels.set(label.name.toLowerCase(), label);
  for (const issue of repo.issues.values()) issue.labels = issue.labels.map((l) => (l === old ? label.name : l));
  emitLabel(call, label, { action: "edited", changes: labelChanges(label, { name: old, color }) });
  return ok(labelShape(world, repo, label));
}

async function deleteLabel(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const label = needLabel(call);
  const by = self(call);
  for (const issue of repo.issues.values()) {
    if (!issue.labels.includes(label.name)) continue;
    issue.labels = issue.labels.filter((l) => l !== label.name);
    const extra = { label: labelShape(world, repo, label) };
    if (isPull(issue)) await emitPull(world, repo, { issue, action: "unlabeled", by, extra });
  }
  repo.labels.delete(label.name.toLowerCase());
  emitLabel(call, label, { action: "deleted" });
  return nothing();
}

function labelChanges(label: Label, old: { name: string; color: string }) {
  return {
    ...(old.name === label.name ? {} : { name: { from: old.name } }),
    ...(old.color === label.color ? {} : { color: { from: old.color } }),
  };
}

function emitLabel(call: Call, label: Label, of: { action: string; changes?: object }): void {
  const { world, repo } = call;
  const body = { label: labelShape(world, repo, label), ...(of.changes ? { changes: of.changes } : {}) };
  emit(world, repo, { event: "label", action: of.action, sender: self(call), body });
}
