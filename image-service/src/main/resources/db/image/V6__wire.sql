-- Bytes of blobs that went over the wire, and those that needn't, by why: see WireLedger.Way.
create table wire (
    way   text primary key,
    bytes bigint not null
);
create table wire_since (
    one   boolean primary key default true check (one),
    since timestamptz not null default now()
);
insert into wire_since default values;
