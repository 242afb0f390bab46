-- What people and their tools say of a network: a JSON object of texts.
alter table network add column labels text not null default '{}';
