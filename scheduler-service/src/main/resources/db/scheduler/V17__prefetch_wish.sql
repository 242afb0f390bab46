-- Images that nodes shall have ahead until then because somebody asked for it. resolved is the image, nodes a list of ids, both in JSON; each node has a record of its desired state meanwhile.
create table prefetch_wish (
    id         text        primary key,
    image      text        not null,
    resolved   text        not null,
    nodes      text        not null,
    created_at timestamptz not null,
    until      timestamptz not null
);
create index prefetch_wish_until on prefetch_wish (until);
