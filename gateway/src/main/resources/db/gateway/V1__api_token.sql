-- Who may call. The token itself is nowhere: only its SHA-256 (it is 256 random bits, so it needs no salt and no slow hash).
create table api_token (
    hash       text primary key,
    principal  text not null,
    created_at timestamptz not null default now()
);
