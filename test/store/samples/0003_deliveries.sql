-- Rows as the program of this migration's time wrote them. Never edit: later migrations must survive them.
insert into drumline.deliveries (id, event, received_at, payload)
  values ('d-2', 'pull_request', 1767603600000, '\x7b7d');
insert into drumline.deliveries (id, event, action, repo, installation_id, received_at, payload, read_at, fault)
  values ('d-3', 'ping', null, null, null, 1767603600000, '\x7b7d', 1767603600001, null),
    ('d-4', 'ping', null, null, null, 1767603600000, '\x7b7d', 1767603600001, 'invalid byte sequence');
