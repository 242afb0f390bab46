-- A proposal keeps the wish instead of what it would have made. Those of before are withdrawn at the start: nobody waits for them.
update proposal set since = 'epoch';
