CREATE TABLE "champions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"ticker" text NOT NULL,
	"lineage" text NOT NULL,
	"cause" text NOT NULL,
	"reason" text NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drift_states" (
	"ticker" text PRIMARY KEY NOT NULL,
	"drift" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trial_forecasts" (
	"ticker" text NOT NULL,
	"as_of" date NOT NULL,
	"target" date NOT NULL,
	"model" text NOT NULL,
	"data_hash" text NOT NULL,
	"mean" double precision NOT NULL,
	"quantiles" double precision[] NOT NULL,
	"raw_quantiles" double precision[] NOT NULL,
	"calibration" jsonb NOT NULL,
	"run_id" uuid,
	"made_at" timestamp with time zone NOT NULL,
	CONSTRAINT "trial_forecasts_ticker_as_of_target_model_data_hash_pk" PRIMARY KEY("ticker","as_of","target","model","data_hash")
);
--> statement-breakpoint
CREATE TABLE "trials" (
	"lineage" text PRIMARY KEY NOT NULL,
	"ticker" text NOT NULL,
	"test" jsonb,
	"outcome" text,
	"reason" text,
	"began_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "forecasts" ADD COLUMN "expected_move" double precision;--> statement-breakpoint
ALTER TABLE "forecasts" ADD COLUMN "shortfall_lower" double precision;--> statement-breakpoint
ALTER TABLE "forecasts" ADD COLUMN "shortfall_upper" double precision;--> statement-breakpoint
ALTER TABLE "forecasts" ADD COLUMN "raw_quantiles" double precision[];--> statement-breakpoint
ALTER TABLE "forecasts" ADD COLUMN "calibration" jsonb;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "lineage" text;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "semantics" text;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "purged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "champions" ADD CONSTRAINT "champions_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "champions" ADD CONSTRAINT "champions_lineage_models_id_fk" FOREIGN KEY ("lineage") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drift_states" ADD CONSTRAINT "drift_states_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trial_forecasts" ADD CONSTRAINT "trial_forecasts_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trials" ADD CONSTRAINT "trials_lineage_models_id_fk" FOREIGN KEY ("lineage") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trials" ADD CONSTRAINT "trials_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "champions_ticker" ON "champions" USING btree ("ticker","id");--> statement-breakpoint
CREATE INDEX "trial_forecasts_model_as_of" ON "trial_forecasts" USING btree ("model","as_of");--> statement-breakpoint
CREATE INDEX "trials_ticker" ON "trials" USING btree ("ticker","began_at");--> statement-breakpoint
CREATE INDEX "models_lineage" ON "models" USING btree ("lineage","train_end");--> statement-breakpoint
CREATE TRIGGER trial_forecasts_append_only BEFORE UPDATE OR DELETE ON trial_forecasts FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER trial_forecasts_no_truncate BEFORE TRUNCATE ON trial_forecasts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER champions_append_only BEFORE UPDATE OR DELETE ON champions FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
WITH RECURSIVE lineages AS (
  SELECT id, id AS root FROM models WHERE parent IS NULL
  UNION ALL
  SELECT m.id, l.root FROM models m JOIN lineages l ON m.parent = l.id
)
UPDATE models m SET lineage = l.root FROM lineages l WHERE m.id = l.id AND m.parent IS NOT NULL;
--> statement-breakpoint
INSERT INTO champions (ticker, lineage, cause, reason, since)
SELECT DISTINCT ON (ticker) ticker, coalesce(lineage, id), 'first', 'it served before there were trials', created_at
FROM models WHERE purpose = 'live' ORDER BY ticker, train_end DESC, created_at DESC;
