-- Rows as the program of this migration's time wrote them. Never edit: later migrations must survive them.
insert into drumline.deliveries values ('d-1', 'pull_request', 'opened', 'acme/shop', 7, 1767603600000, '{"text":"\u0000"}');
insert into drumline.queues values ('acme/shop@main', 'acme/shop', 'main', 7, 3,
  '{"units":{},"groups":[],"landed":[],"nextGroup":1,"landedCount":0,"stopped":null,"paused":null,"commandsSeen":{}}',
  '{"path":".github/drumline.yml","text":"version: 1\n","digest":"p1"}');
insert into drumline.resources values ('acme/shop', 'pulls/12', '"e1"', '{"number":12}', 1767603600000, 1767603600001),
  ('acme/shop', 'pulls/13', null, null, null, 1767603600001);
insert into drumline.witnesses (repo, key, number, body, at, seen_at) values ('acme/shop', 'head:12:aa', 12,
  '{"kind":"head","key":"head:12:aa","number":12,"sha":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":1767603600000}',
  1767603600000, 1767603600000);
insert into drumline.blobs values ('f1', '{"queue":"acme/shop@main","pulls":[{"$":"f2"}]}', 1767603600000),
  ('f2', '{"number":12,"$$odd":1}', 1767603600000), ('s1', '{"units":{}}', 1767603600000),
  ('x1', '{"next":{"units":{}},"units":[],"effects":[],"policyDigest":"p1"}', 1767603600000);
insert into drumline.decisions (queue, version, at, facts_digest, policy_digest, base_sha, facts_ref, previous_ref, decision_ref)
  values ('acme/shop@main', 3, 1767603600000, 'fd', 'p1', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'f1', 's1', 'x1');
insert into drumline.units values ('acme/shop@main', 12, 1, 'u1');
insert into drumline.effects (queue, id, lane, target, body, version, place, state, decided_at, settled_at) values
  ('acme/shop@main', 'c1', 'words', 'comment:12', '{"kind":"comment","id":"c1","number":12,"body":"Hello"}', 3, 1, 'pending', 1767603600000, null),
  ('acme/shop@main', 'c0', 'words', 'comment:12', '{"kind":"comment","id":"c0","number":12,"body":"Hi"}', 2, 1, 'done', 1767603600000, 1767603600000);
insert into drumline.outcomes (queue, effect_id, body, at) values
  ('acme/shop@main', 'c0', '{"kind":"posted","effect":"c0","githubId":5}', 1767603600000);
insert into drumline.posted values ('acme/shop', 'comment:12', 5, null);
insert into drumline.ledger (at, queue, number, kind, body) values (1767603600000, 'acme/shop@main', 12, 'outcome', '{"kind":"posted"}');
insert into drumline.flow (repo, base, number, at, event, data) values ('acme/shop', 'main', 12, 1767603600000, 'opened', '{}'),
  ('acme/shop', null, null, 1767603600000, 'built', '{}');
insert into drumline.workers (pool) values ('pool-1');
