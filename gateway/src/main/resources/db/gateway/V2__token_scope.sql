-- Those that were there before are the first token, which the gateway's token file holds.
alter table api_token
    add column id         text not null default gen_random_uuid()::text,
    add column scope      text,
    add column expires_at timestamptz,
    add column in_file    boolean not null default true;

create unique index on api_token (id);
