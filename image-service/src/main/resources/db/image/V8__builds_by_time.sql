-- The newest are listed, and keep what their steps wrote.
create index build_started_at on build (started_at);
