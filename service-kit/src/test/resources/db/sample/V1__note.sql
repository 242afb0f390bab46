create table note (id text primary key, times int not null);
-- fails only when the transaction commits
create table note_refers (note text not null references note deferrable initially deferred);
