-- How many landed changes of a past were classified, of how many, and how often the next one could not be shown.
alter table drumline.histories
  add column classes_read integer not null default 0,
  add column classes_total integer,
  add column tries integer not null default 0;
-- A past that was read whole by an earlier version gets its classes now.
update drumline.histories set phase = 'classes' where phase = 'done';
