create table note (id text primary key, times int not null);
