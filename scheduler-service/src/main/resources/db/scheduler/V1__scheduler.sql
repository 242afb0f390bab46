-- A node as it was last written: first sight, changes and state transitions. When it was last heard is in memory, and here rarely.
create table node (
    id        text primary key,
    name      text not null,
    state     text not null check (state in ('READY', 'SUSPECT', 'LOST')),
    drained   boolean not null default false,
    epoch     bigint not null,
    facts     text not null,            -- Observed.Node as JSON
    architecture text not null,
    cpu       bigint not null,          -- thousandths of a core
    memory    bigint not null,          -- bytes
    version   bigint not null,          -- grows with each placement here: a placement decided on an older one is decided again
    joined_at timestamptz not null,
    last_seen timestamptz not null
);
create index node_name on node (name);

-- What a placed container asks of its node. It counts while it is active: from placement until stopped, exited for good or lost.
create table reservation (
    container text primary key,
    node      text not null,
    cpu       bigint not null,
    memory    bigint not null,
    deployment text,
    restart   text not null,            -- the restart policy's mode: an exit that the agent answers with a restart keeps its place
    halting   boolean not null,         -- a person or its owner wants it stopped: the next exit is its last
    active    boolean not null
);
create index reservation_node on reservation (node);

-- The images we heard of, by 'repository:tag' and 'repository@digest'.
create table image (
    reference text primary key,
    resolved  text not null             -- ResolvedImage as JSON
);

create table deployment (
    id         text primary key,
    project    text not null,
    name       text not null,
    body       text not null,           -- the deployment's state without its replicas, as JSON
    due_at     timestamptz,             -- when it must be looked at even if nothing happens
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (project, name)
);
create index deployment_due on deployment (due_at) where due_at is not null;

create table revision (
    deployment text not null references deployment on delete cascade,
    number     int not null,
    spec       text not null,           -- DeploymentSpec as JSON
    image      text not null,           -- ResolvedImage as JSON
    reason     text not null,
    created_at timestamptz not null,
    primary key (deployment, number)
);

create table replica (
    container  text primary key,
    deployment text not null references deployment on delete cascade,
    node       text,
    body       text not null            -- Replica as JSON
);
create index replica_deployment on replica (deployment);
create index replica_node on replica (node);

create table rule (
    id         text primary key,
    project    text not null,
    name       text not null,
    spec       text not null,           -- RuleSpec as JSON
    watches    text not null,           -- the image it waits for, 'repository:tag'
    created_at timestamptz not null,
    unique (project, name)
);
create index rule_watches on rule (watches);

create table rule_run (
    rule    text not null references rule on delete cascade,
    trigger uuid not null,
    at      timestamptz not null,
    outcome text not null,
    primary key (rule, trigger)
);
