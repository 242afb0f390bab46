-- How often something was wanted of it: another spec or revision. Docker's clients send it back with what they change, and expect it to grow.
alter table deployment add column version bigint not null default 1;
