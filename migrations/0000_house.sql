CREATE TABLE "bar_revisions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"ticker" text NOT NULL,
	"session" date NOT NULL,
	"earlier" jsonb NOT NULL,
	"provider" text NOT NULL,
	"revised_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bars" (
	"ticker" text NOT NULL,
	"session" date NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision NOT NULL,
	"previous_close" double precision,
	"extras" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"ratio" double precision NOT NULL,
	"ratio_source" text NOT NULL,
	"provider" text NOT NULL,
	"ingested_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bars_ticker_session_pk" PRIMARY KEY("ticker","session")
);
--> statement-breakpoint
CREATE TABLE "forecasts" (
	"ticker" text NOT NULL,
	"as_of" date NOT NULL,
	"target" date NOT NULL,
	"model" text NOT NULL,
	"data_hash" text NOT NULL,
	"forecaster" text NOT NULL,
	"origin" text NOT NULL,
	"last_close" double precision NOT NULL,
	"mean" double precision NOT NULL,
	"quantiles" double precision[] NOT NULL,
	"p_up" double precision NOT NULL,
	"p_large_move" double precision NOT NULL,
	"move_threshold_pct" double precision NOT NULL,
	"run_id" uuid,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "forecasts_ticker_as_of_target_model_data_hash_pk" PRIMARY KEY("ticker","as_of","target","model","data_hash")
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"ticker" text NOT NULL,
	"forecaster" text NOT NULL,
	"purpose" text NOT NULL,
	"parent" text,
	"reason" text NOT NULL,
	"options" jsonb NOT NULL,
	"train_start" date NOT NULL,
	"train_end" date NOT NULL,
	"train_rows" integer NOT NULL,
	"data_hash" text NOT NULL,
	"code_version" text NOT NULL,
	"backend" text NOT NULL,
	"parameters" integer NOT NULL,
	"epochs" integer NOT NULL,
	"train_loss" double precision NOT NULL,
	"validation_loss" double precision NOT NULL,
	"seconds" double precision NOT NULL,
	"weights" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outcomes" (
	"ticker" text NOT NULL,
	"as_of" date NOT NULL,
	"session" date NOT NULL,
	"return_pct" double precision NOT NULL,
	"close" double precision NOT NULL,
	"settled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outcomes_ticker_as_of_pk" PRIMARY KEY("ticker","as_of")
);
--> statement-breakpoint
CREATE TABLE "quality_reports" (
	"ticker" text PRIMARY KEY NOT NULL,
	"refused" jsonb NOT NULL,
	"splits" jsonb NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"trigger" text NOT NULL,
	"status" text NOT NULL,
	"progress" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"repeats" integer DEFAULT 0 NOT NULL,
	"last_repeat_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "scores" (
	"ticker" text NOT NULL,
	"forecaster" text NOT NULL,
	"window" integer NOT NULL,
	"as_of" date NOT NULL,
	"figures" jsonb NOT NULL,
	CONSTRAINT "scores_ticker_forecaster_window_as_of_pk" PRIMARY KEY("ticker","forecaster","window","as_of")
);
--> statement-breakpoint
CREATE TABLE "tickers" (
	"symbol" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"location" text,
	"exchange" text NOT NULL,
	"timezone" text NOT NULL,
	"is_sample" boolean NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"ticker" text NOT NULL,
	"forecaster" text NOT NULL,
	"as_of" date NOT NULL,
	"n" integer NOT NULL,
	"distribution_skill" boolean NOT NULL,
	"mean_skill" boolean NOT NULL,
	"strongest_baseline" text NOT NULL,
	"pinball_skill" jsonb NOT NULL,
	"dm_p_value" double precision,
	"cw_p_value" double precision,
	"r2_oos" double precision NOT NULL,
	"sentence" text NOT NULL,
	CONSTRAINT "verdicts_ticker_forecaster_as_of_pk" PRIMARY KEY("ticker","forecaster","as_of")
);
--> statement-breakpoint
ALTER TABLE "bars" ADD CONSTRAINT "bars_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "forecasts" ADD CONSTRAINT "forecasts_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outcomes" ADD CONSTRAINT "outcomes_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_reports" ADD CONSTRAINT "quality_reports_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scores" ADD CONSTRAINT "scores_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bar_revisions_ticker_session" ON "bar_revisions" USING btree ("ticker","session");--> statement-breakpoint
CREATE INDEX "forecasts_ticker_forecaster_as_of" ON "forecasts" USING btree ("ticker","forecaster","as_of");--> statement-breakpoint
CREATE INDEX "models_ticker_created" ON "models" USING btree ("ticker","created_at");--> statement-breakpoint
CREATE INDEX "runs_started" ON "runs" USING btree ("started_at");