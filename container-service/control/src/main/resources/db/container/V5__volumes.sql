create table volumes (
    id          text primary key,
    project     text not null,
    name        text not null,
    labels      jsonb not null,
    anonymous   boolean not null,         -- made for one container
    node        text,                     -- null until a container of it has been placed
    node_name   text,
    created_at  timestamptz not null
);
create unique index volumes_name on volumes (project, name);
create index volumes_labels on volumes using gin (labels jsonb_path_ops);

-- containers that are not removed, and what they use
create table volume_uses (
    volume     text not null references volumes (id),
    container  text not null,
    primary key (volume, container)
);
create index volume_uses_container on volume_uses (container);
