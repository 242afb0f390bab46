-- Bytes that somebody named by another digest than sha256, and what they are known by here.
create table other_name (
    other    text primary key,
    digest   text not null,
    named_at timestamptz not null      -- when somebody pushed by it last
);
create index other_name_digest on other_name (digest);
-- Which of its parts a manifest names so: other -> digest, in JSON; null if none.
alter table manifest add column other_names text;
