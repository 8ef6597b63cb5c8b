-- Rows as the program of this migration's time wrote them. Never edit: later migrations must survive them.
insert into drumline.histories (queue, until, phase, cursor, pulls, total, steps, not_before, problem)
  values ('acme/shop@main', 1767603600000, 'pulls', 'Y3Vyc29yOjI1', 25, 60, 300, 0, null);
