CREATE TABLE "changes" (
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"about" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "changes_xid_about_pk" PRIMARY KEY("xid","about")
);
--> statement-breakpoint
-- Somewhere to begin: the oldest row tells how far back the table goes (src/db/changes.ts).
INSERT INTO changes (about) VALUES ('*');
--> statement-breakpoint
-- Makes the triggers that tell in `changes` what a statement changed in `watched`. `about`: of a row, as an expression over
-- its columns, whether a ticker's symbol, '' or '*'. `shown`: the columns that count. A table may be watched in several `part`s.
CREATE FUNCTION watch_table(watched regclass, about text, shown text DEFAULT '*', part text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $watch$
DECLARE
  note text := 'note_' || (SELECT relname FROM pg_class WHERE oid = watched) || part;
BEGIN
  EXECUTE format($make$
    CREATE FUNCTION public.%1$I() RETURNS trigger LANGUAGE plpgsql AS $note$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO public.changes (about) SELECT DISTINCT %2$s FROM new_rows ON CONFLICT DO NOTHING;
      ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.changes (about) SELECT DISTINCT %2$s FROM old_rows ON CONFLICT DO NOTHING;
      ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO public.changes (about) SELECT DISTINCT %2$s FROM (
          (SELECT %3$s FROM new_rows EXCEPT SELECT %3$s FROM old_rows)
          UNION ALL (SELECT %3$s FROM old_rows EXCEPT SELECT %3$s FROM new_rows)
        ) changed ON CONFLICT DO NOTHING;
      ELSE
        INSERT INTO public.changes (about) VALUES ('*') ON CONFLICT DO NOTHING;
      END IF;
      RETURN NULL;
    END $note$;
    CREATE TRIGGER %5$I AFTER INSERT ON %4$s REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.%1$I();
    CREATE TRIGGER %6$I AFTER DELETE ON %4$s REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.%1$I();
    CREATE TRIGGER %7$I AFTER UPDATE ON %4$s REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.%1$I();
    CREATE TRIGGER %8$I AFTER TRUNCATE ON %4$s FOR EACH STATEMENT EXECUTE FUNCTION public.%1$I();
  $make$, note, about, shown, watched, 'note_insert' || part, 'note_delete' || part, 'note_update' || part, 'note_truncate' || part);
END $watch$;
--> statement-breakpoint
SELECT watch_table(name::regclass, 'ticker') FROM unnest(ARRAY[
  'bars', 'champions', 'drift_states', 'explanations', 'forecasts', 'outcomes', 'quality_findings', 'quality_reports',
  'run_tickers', 'scores', 'source_states', 'ticker_pauses', 'trials', 'verdicts']) name;
--> statement-breakpoint
SELECT watch_table('tickers', 'symbol');
--> statement-breakpoint
-- Weights are never shown, only whether they are there.
SELECT watch_table('models', 'ticker', (
  SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
  WHERE attrelid = 'models'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'weights'));
--> statement-breakpoint
-- A heartbeat is no news: pages that depend on it are not kept beyond the moment at which they would miss it.
SELECT watch_table('runs', $$unnest(array_append(ARRAY(SELECT ticker FROM public.run_tickers WHERE run_id = id AND finished_at IS NULL), ''))$$, (
  SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
  WHERE attrelid = 'runs'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'heartbeat_at'));
--> statement-breakpoint
SELECT watch_table('alerts', $$coalesce(payload -> 'data' ->> 'ticker', '')$$);
--> statement-breakpoint
SELECT watch_table('alert_endpoints', $$'*'$$, 'id, name, channel', '_names');
--> statement-breakpoint
SELECT watch_table('tuning_searches', $$unnest(array_append(tickers, ''))$$);
--> statement-breakpoint
SELECT watch_table('tuning_trials', $$unnest(array_append((SELECT tickers FROM public.tuning_searches WHERE id = search), ''))$$);
--> statement-breakpoint
SELECT watch_table('tuned_settings', $$'*'$$);
--> statement-breakpoint
SELECT watch_table(name::regclass, $$''$$) FROM unnest(ARRAY[
  'alert_endpoints', 'alert_subscriptions', 'alert_deliveries', 'api_tokens', 'evaluation_reports', 'evaluations',
  'missed_runs', 'users']) name;
