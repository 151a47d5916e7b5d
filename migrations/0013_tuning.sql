CREATE TABLE "tuned_settings" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tuned_settings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"ticker" text NOT NULL,
	"setting" jsonb,
	"name" text,
	"applied_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tuning_searches" (
	"id" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"tickers" text[] NOT NULL,
	"request" jsonb NOT NULL,
	"cuts" jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tuning_trials" (
	"search" text NOT NULL,
	"bracket" integer NOT NULL,
	"rung" integer NOT NULL,
	"candidate" integer NOT NULL,
	"ticker" text NOT NULL,
	"setting" jsonb NOT NULL,
	"epochs" integer NOT NULL,
	"best_epoch" integer,
	"pinball" double precision,
	"ewma_pinball" double precision NOT NULL,
	"error" text,
	"seconds" double precision NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tuning_trials_search_bracket_rung_candidate_ticker_pk" PRIMARY KEY("search","bracket","rung","candidate","ticker")
);
--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "setting" text;--> statement-breakpoint
ALTER TABLE "tuning_trials" ADD CONSTRAINT "tuning_trials_search_tuning_searches_id_fk" FOREIGN KEY ("search") REFERENCES "public"."tuning_searches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tuned_settings_ticker" ON "tuned_settings" USING btree ("ticker","id");--> statement-breakpoint
CREATE INDEX "tuning_searches_request" ON "tuning_searches" USING btree ("request_hash","started_at");