-- Ends a statement that found another number of rows than the one it was made for, with a state that says why.
create or replace function must_be_one(rows_found bigint, otherwise text) returns bigint language plpgsql as $$
begin
    if rows_found <> 1 then
        raise exception '% rows in the place of one', rows_found using errcode = otherwise;
    end if;
    return 0;
end
$$;
