-- The whole restart policy, and how often the agent has answered an end with a start since somebody asked for the run. A reservation
-- counts from placement until its container is stopped or has ended for good; while its node is lost it counts, too: the container may
-- run there still.
alter table reservation add column max_retries int not null default 0;
alter table reservation add column restarts int not null default 0;
alter table reservation add column ended boolean not null default false; -- it doesn't run now, though it did or should have
