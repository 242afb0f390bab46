-- How the steps of a build went, and where it failed; JSON, written when it is over.
alter table build add column steps text;
alter table build add column failure text;

-- What steps wrote.
create table build_log (
    build   text  not null references build (id),
    step    int   not null,
    trigger int   not null,
    log     bytea not null,
    primary key (build, step, trigger)
);

-- What a layer was made of, to tell later why another one wasn't taken: by whom the same instruction, and the same layers below, are found. gzipped JSON.
alter table build_cache add column instruction text;
alter table build_cache add column below text;
alter table build_cache add column ingredients bytea;
create index build_cache_instruction on build_cache (instruction, created);
create index build_cache_below on build_cache (below, created);
