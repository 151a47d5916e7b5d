ALTER TABLE "run_tickers" ADD COLUMN "log" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "alerts_ticker_created" ON "alerts" USING btree (("payload" -> 'data' ->> 'ticker'),"created_at");--> statement-breakpoint
CREATE INDEX "outcomes_session" ON "outcomes" USING btree ("session","ticker","return_pct");