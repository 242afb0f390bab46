-- secrets and configs: files that the platform keeps for containers
create table kept (
    id          text primary key,
    project     text not null,
    kind        text not null,            -- secret, config
    name        text not null,
    labels      jsonb not null,
    version     bigint not null,
    size        integer not null,         -- of the content, in bytes
    key         text,                     -- which key the content is sealed by; null for a config, which isn't
    content     text not null,            -- base64
    created_at  timestamptz not null,
    changed_at  timestamptz not null
);
create unique index kept_name on kept (project, kind, name);

-- containers that are not removed, and what they have
create table kept_uses (
    kept       text not null references kept (id),
    container  text not null,
    primary key (kept, container)
);
create index kept_uses_container on kept_uses (container);
