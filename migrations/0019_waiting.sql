-- Until a run has begun with a ticker the ticker's page does not show it: a run that begins outdates no page of those that wait.
DROP FUNCTION note_run_tickers() CASCADE;
--> statement-breakpoint
SELECT watch_table('run_tickers', $$CASE WHEN progress ->> 'stage' = 'waiting' AND log = '[]' THEN '' ELSE ticker END$$);
