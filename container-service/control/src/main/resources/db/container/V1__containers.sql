create table containers (
    id          text primary key,
    revision    bigint not null,          -- optimistic lock
    project     text not null,
    name        text not null,
    state       text not null,            -- the word of the API
    node        text,
    deployment  text,                     -- name of the deployment whose replica it is
    labels      jsonb not null,
    doc         jsonb not null,           -- the whole aggregate
    created_at  timestamptz not null
);
create unique index containers_name on containers (project, name) where state <> 'REMOVED';
create index containers_node on containers (node) where state <> 'REMOVED';
create index containers_deployment on containers (deployment) where state <> 'REMOVED';
create index containers_labels on containers using gin (labels jsonb_path_ops);

-- what became true of each container, in order
create table transitions (
    id         bigint generated always as identity primary key,
    container  text not null,
    at         timestamptz not null,
    change     text not null,
    detail     jsonb not null
);
create index transitions_container on transitions (container, id);

-- our own copy of what image-service says
create table manifests (
    repository text not null,
    digest     text not null,
    image      jsonb not null,
    primary key (repository, digest)
);
create table tags (
    reference  text primary key,          -- repository:tag
    repository text not null,
    digest     text not null,
    image      jsonb not null
);

-- our own copy of what scheduler-service says
create table nodes (
    id          text primary key,
    name        text not null,
    address     text,
    stream_port int,
    epoch       bigint not null,
    state       text not null
);

create table join_tokens (
    hash       text primary key,          -- SHA-256 of the secret, which is kept nowhere
    expires_at timestamptz not null,
    used_at    timestamptz,
    used_by    text
);
create table certificates (
    serial     text primary key,
    node       text not null,
    name       text not null,
    issued_at  timestamptz not null,
    not_after  timestamptz not null
);
