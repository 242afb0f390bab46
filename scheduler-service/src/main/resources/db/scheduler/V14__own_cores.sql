-- cores of its node that no other container is to run on; counted in cpu, too
alter table reservation add column own_cores integer not null default 0;
