-- A service whose ports are refused isn't made: its replicas need no reason any more.
alter table service drop column refusal;
