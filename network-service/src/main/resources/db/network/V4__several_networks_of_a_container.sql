-- A container has an endpoint on each of its networks.
alter table endpoint drop constraint endpoint_container_key;
alter table endpoint add unique (container, network);
