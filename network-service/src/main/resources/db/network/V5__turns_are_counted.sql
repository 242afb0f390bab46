-- Who only looks knows by it that nothing has changed since; shape: of networks, nodes and their addresses, which change seldom.
alter table turn add version bigint not null default 0, add shape bigint not null default 0;
