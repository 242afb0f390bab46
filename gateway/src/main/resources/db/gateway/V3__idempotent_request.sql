-- Answers to requests with an idempotency key, for a day. Of the request itself there is only what tells it from another: its HMAC by the service token.
create table idempotent_request (
    principal   text not null,
    key         text not null,
    fingerprint text not null,
    begun_at    timestamptz not null,
    status      int,                       -- null: under way, or its end is not known
    headers     text,                      -- those of ours, as JSON
    body        text,
    primary key (principal, key)
);
create index idempotent_request_begun on idempotent_request (begun_at);
