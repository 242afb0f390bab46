-- That a container asked for; null for the one that follows from its address.
alter table endpoint add column mac text;
create unique index on endpoint (network, mac) where mac is not null;
