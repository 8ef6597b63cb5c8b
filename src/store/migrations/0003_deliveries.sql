-- A webhook is stored as its signed bytes and answered; what it signals is read from the row afterwards.
-- `read_at` null: not read yet. `fault`: why it never can be.
alter table drumline.deliveries
  alter column payload type bytea using convert_to(payload::text, 'UTF8'),
  add column read_at bigint,
  add column fault text;
update drumline.deliveries set read_at = received_at;
create index deliveries_unread on drumline.deliveries (received_at) where read_at is null;
