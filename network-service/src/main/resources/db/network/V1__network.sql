-- Changes take turns: each transaction locks this one row first.
create table turn (id int primary key);
insert into turn values (1);

create table network (
    id         text primary key,        -- 64 hex digits
    project    text not null,
    name       text not null unique,
    subnet     text not null,           -- 10.210.0.0/20
    vni        int not null unique,     -- VXLAN identifier
    created_at timestamptz not null
);

-- Addresses given out. The pool is a network's id, or 'virtual' for virtual IPs.
create table lease (
    pool        text not null,
    address     text not null,
    holder      text not null,          -- endpoint, gateway or deployment
    released_at timestamptz,            -- not null: given back, and held for a while
    primary key (pool, address)
);

-- Nodes as scheduler-service's facts tell them.
create table node (
    id      text primary key,
    name    text not null,
    address text,                       -- on the underlay; null before the node told it
    epoch   bigint not null,            -- fencing number: only grows
    removed boolean not null default false
);

-- Each node's own address on each network it holds.
create table gateway (
    id      text primary key,           -- as an endpoint's: other nodes get it as one
    network text not null references network,
    node    text not null references node,
    address text not null,
    unique (network, node)
);

create table endpoint (
    id         text primary key,
    container  text not null unique,
    name       text not null,           -- the container's, for people
    network    text not null references network,
    node       text not null,
    address    text not null,
    names      text not null,           -- JSON array of DNS names
    aliases    text not null,           -- JSON array: what the container's spec adds to its name
    probed     boolean not null,        -- has a readiness probe
    ready      boolean not null,
    retiring   boolean not null,        -- takes no new connections by the virtual IP
    deployment text,                    -- whose replica it is
    ports      text not null,           -- JSON array, host ports chosen
    created_at timestamptz not null,
    unique (network, address)
);
create index on endpoint (deployment);

-- Virtual IPs of deployments.
create table service (
    id      text primary key,           -- the deployment's
    network text not null references network,
    name    text not null,
    address text not null unique,
    ports   text not null,              -- JSON array, host ports chosen
    refusal text                        -- why its ports were refused: its replicas are refused with that
);

-- The desired records that were published last, so that only what differs is published.
create table desired (
    key     text primary key,           -- node/kind/id
    node    text not null,
    network text not null,
    record  text not null,              -- the key's last part
    epoch   bigint not null,
    body    text not null
);
create index on desired (network);
create index on desired (record);
create index on desired (node);

-- Versions of desired records grow, also beyond a tombstone.
create sequence desired_version;
