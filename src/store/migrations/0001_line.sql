-- The line's tables. Instants are milliseconds since 1970 UTC. Values of ours are `json`, not `jsonb`: it keeps the
-- text as it was written, so key order, \u0000 and lone surrogates survive and a record replays exactly.
create schema if not exists drumline;

-- One row a webhook; the id makes a doubled delivery harmless.
create table drumline.deliveries (
  id text primary key,
  event text not null,
  action text,
  repo text,
  installation_id bigint,
  received_at bigint not null,
  payload json not null
);
create index deliveries_received on drumline.deliveries (received_at);

create table drumline.queues (
  queue text primary key,
  repo text not null,
  base text not null,
  installation_id bigint not null,
  version bigint not null default 0,
  state json not null,
  good_policy json
);
create index queues_repo on drumline.queues (repo);

-- GitHub's answers by key. `fetched_at` null: never read, only marked.
create table drumline.resources (
  repo text not null,
  key text not null,
  etag text,
  body json,
  fetched_at bigint,
  stale_at bigint,
  primary key (repo, key)
);

create table drumline.witnesses (
  id bigint generated always as identity primary key,
  repo text not null,
  key text not null,
  number integer not null,
  body json not null,
  at bigint not null,
  seen_at bigint not null,
  unique (repo, key)
);
create index witnesses_number on drumline.witnesses (repo, number);
create index witnesses_seen on drumline.witnesses (repo, seen_at);

-- Parts of records, by the SHA-256 of their packed text; shared between decisions.
create table drumline.blobs (
  digest text primary key,
  body json not null,
  used_at bigint not null
);
create index blobs_used on drumline.blobs (used_at);

create table drumline.decisions (
  id bigint generated always as identity primary key,
  queue text not null references drumline.queues (queue),
  version bigint not null,
  at bigint not null,
  facts_digest text not null,
  policy_digest text not null,
  base_sha text not null,
  facts_ref text not null,
  previous_ref text not null,
  decision_ref text not null
);
create index decisions_queue on drumline.decisions (queue, id desc);
create index decisions_at on drumline.decisions (at);

-- What was last decided about each work unit.
create table drumline.units (
  queue text not null references drumline.queues (queue),
  number integer not null,
  decision_id bigint not null,
  digest text not null,
  primary key (queue, number)
);

-- The outbox. `version` and `place` give the order in which effects were decided.
create table drumline.effects (
  queue text not null references drumline.queues (queue),
  id text not null,
  lane text not null check (lane in ('line', 'words')),
  target text not null,
  body json not null,
  version bigint not null,
  place integer not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'superseded', 'failed', 'refused')),
  attempts integer not null default 0,
  not_before bigint not null default 0,
  postponed_why text,
  decided_at bigint not null,
  settled_at bigint,
  primary key (queue, id)
);
create index effects_pending on drumline.effects (queue, lane, version, place) where state = 'pending';
create index effects_target on drumline.effects (queue, target);
create index effects_settled on drumline.effects (settled_at) where state <> 'pending';

create table drumline.outcomes (
  id bigint generated always as identity primary key,
  queue text not null references drumline.queues (queue),
  effect_id text not null,
  body json not null,
  at bigint not null,
  consumed_by bigint
);
create index outcomes_waiting on drumline.outcomes (queue, id) where consumed_by is null;

-- What stands on GitHub for a target: the check run or comment to edit.
create table drumline.posted (
  repo text not null,
  target text not null,
  github_id bigint not null,
  head_sha text,
  primary key (repo, target)
);

create table drumline.ledger (
  id bigint generated always as identity primary key,
  at bigint not null,
  queue text not null,
  number integer,
  kind text not null,
  body json not null
);
create index ledger_queue on drumline.ledger (queue, id desc);
create index ledger_number on drumline.ledger (queue, number, id desc) where number is not null;
create index ledger_kind on drumline.ledger (kind, id desc);

create function drumline.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'drumline.% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'DL001';
end;
$$;
create trigger ledger_append_only before update or delete on drumline.ledger
  for each row execute function drumline.refuse_change();
create trigger ledger_no_truncate before truncate on drumline.ledger
  for each statement execute function drumline.refuse_change();

-- `base` null: the event concerns the pull request whatever its base. `number` null: it names a commit only.
create table drumline.flow (
  id bigint generated always as identity primary key,
  repo text not null,
  base text,
  number integer,
  at bigint not null,
  event text not null,
  data json not null
);
create index flow_repo on drumline.flow (repo, at);

-- One row a running app process, by its pool of workers; alive while it holds the advisory lock of that name.
create table drumline.workers (
  pool text primary key,
  since timestamptz not null default now()
);
