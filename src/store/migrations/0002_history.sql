-- How far each queue's past was read from GitHub into the ledger of flow.
create table drumline.histories (
  queue text primary key references drumline.queues (queue),
  until bigint not null,
  phase text not null default 'pulls',
  cursor text,
  pulls integer not null default 0,
  total integer,
  steps integer not null default 0,
  not_before bigint not null default 0,
  problem text
);
