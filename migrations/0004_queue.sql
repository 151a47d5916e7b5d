CREATE TABLE "exchange_successes" (
	"exchange" text PRIMARY KEY NOT NULL,
	"succeeded_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_tickers" (
	"run_id" uuid NOT NULL,
	"ticker" text NOT NULL,
	"progress" jsonb NOT NULL,
	"facts" jsonb NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "run_tickers_run_id_ticker_pk" PRIMARY KEY("run_id","ticker")
);
--> statement-breakpoint
CREATE TABLE "ticker_dues" (
	"ticker" text PRIMARY KEY NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticker_pauses" (
	"ticker" text PRIMARY KEY NOT NULL,
	"paused_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "exchange" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "is_queued" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cancelled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "run_tickers" ADD CONSTRAINT "run_tickers_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_tickers_unfinished" ON "run_tickers" USING btree ("ticker") WHERE "run_tickers"."finished_at" is null;