-- A manifest or index in a repository. "ref" is repository@digest.
create table manifest (
    ref           text primary key,
    repository    text not null,
    digest        text not null,
    media_type    text not null,
    body          bytea not null,      -- exactly as it was pushed: the digest is over these bytes
    image_id      text,                -- digest of the configuration; null for what is no image
    image         text,                -- ResolvedImage in JSON; of an index, its linux/amd64 image
    history       text,                -- what made each layer, in JSON
    subject       text,                -- the manifest it refers to (signatures, reports)
    artifact_type text,
    stored_at     timestamptz not null,
    unique (repository, digest)
);
create index manifest_digest on manifest (digest);
create index manifest_image on manifest (image_id);
create index manifest_subject on manifest (repository, subject) where subject is not null;

-- What a manifest needs: its configuration and layers, or an index's manifests.
create table manifest_part (
    manifest   text not null references manifest (ref) on delete cascade,
    repository text not null,
    part       text not null,
    primary key (manifest, part)
);
create index manifest_part_part on manifest_part (repository, part);

-- A tag; "name" is repository:tag.
create table tag (
    name       text primary key,
    repository text not null,
    tag        text not null,
    digest     text not null,
    moved_at   timestamptz not null
);
create index tag_repository on tag (repository, tag);
create index tag_digest on tag (repository, digest);

-- Which blobs can be had from a repository. The bytes are files, shared by all. "ref" is repository@digest.
create table repository_blob (
    ref        text primary key,
    repository text not null,
    digest     text not null,
    size       bigint not null,
    linked_at  timestamptz not null
);
create index repository_blob_digest on repository_blob (digest);

-- A blob on its way; its bytes are the file uploads/<id>.
create table upload (
    id         text primary key,
    repository text not null,
    started_at timestamptz not null
);

create table build (
    id          text primary key,
    status      text not null,
    tags        text not null,         -- JSON
    manifest    text,
    image       text,
    detail      text,
    started_at  timestamptz not null,
    finished_at timestamptz
);

-- Containers that a build asked for and hasn't given back.
create table build_container (
    container text primary key,
    build     text not null references build (id)
);

-- Layers that builds made, by what they were made of.
create table build_cache (
    key        text primary key,
    diff_id    text not null,
    blob       text not null,
    size       bigint not null,
    media_type text not null,
    created    timestamptz not null
);

-- Our projection of the nodes: where their agents answer.
create table node (
    id          text primary key,
    address     text not null,
    stream_port int not null
);
