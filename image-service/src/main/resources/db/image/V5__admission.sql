-- Which images may be used.
create table image_rule (
    name    text primary key,
    version bigint not null,
    rule    text not null              -- ImageRuleView in JSON
);

-- Counts the changes of rules and waivers. Whoever changes one holds it, so that facts about them are in order.
create table image_rule_clock (
    one  boolean primary key default true check (one),
    time bigint not null
);
insert into image_rule_clock (time) values (0);

-- Images that are let in for a time although they break a rule.
create table image_waiver (
    id     text primary key,
    rule   text not null references image_rule (name) on delete cascade,
    waiver text not null,              -- WaiverView in JSON
    until  timestamptz not null,
    ended  boolean not null default false  -- that it has expired was told
);

-- By the rules of when it was judged, and what they said; both null for what no rule was for, or nobody has looked at yet.
alter table manifest add column judged bigint;
alter table manifest add column verdicts text;
-- Counts what came to speak of it and went: a verdict from before is of no use.
alter table manifest add column spoken_of bigint not null default 0;
create index manifest_judged on manifest (judged) where image_id is not null;

create function judge_again(in_repository text, of_digest text) returns void language sql as $$
    update manifest set judged = null, spoken_of = spoken_of + 1 where repository = in_repository and digest = of_digest and image_id is not null
$$;
create function note_referrer() returns trigger language plpgsql as $$
begin
    perform judge_again(coalesce(new.repository, old.repository), coalesce(new.subject, old.subject));
    return null;
end
$$;
create trigger manifest_refers after insert on manifest for each row when (new.subject is not null) execute function note_referrer();
create trigger manifest_refers_no_more after delete on manifest for each row when (old.subject is not null) execute function note_referrer();
create function note_signature_tag() returns trigger language plpgsql as $$
begin
    perform judge_again(coalesce(new.repository, old.repository), 'sha256:' || substr(coalesce(new.tag, old.tag), 8, 64));
    return null;
end
$$;
create trigger tag_speaks after insert or update on tag for each row when (new.tag like 'sha256-%') execute function note_signature_tag();
create trigger tag_speaks_no_more after delete on tag for each row when (old.tag like 'sha256-%') execute function note_signature_tag();
