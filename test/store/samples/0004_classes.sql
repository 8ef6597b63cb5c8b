-- Rows as the program of this migration's time wrote them. Never edit: later migrations must survive them.
insert into drumline.queues (queue, repo, base, installation_id, state) values ('acme/shop@next', 'acme/shop', 'next', 7,
  '{"units":{},"groups":[],"landed":[],"nextGroup":1,"landedCount":0,"stopped":null,"paused":null,"commandsSeen":{}}');
insert into drumline.histories
    (queue, until, phase, cursor, pulls, total, steps, not_before, problem, classes_read, classes_total, tries)
  values ('acme/shop@next', 1767603600000, 'classes', null, 60, 60, 700, 0, null, 25, 40, 1);
