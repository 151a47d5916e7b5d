CREATE TABLE "corporate_actions" (
	"ticker" text NOT NULL,
	"session" date NOT NULL,
	"kind" text NOT NULL,
	"value" double precision NOT NULL,
	"provider" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "corporate_actions_ticker_session_kind_pk" PRIMARY KEY("ticker","session","kind")
);
--> statement-breakpoint
CREATE TABLE "quality_findings" (
	"ticker" text NOT NULL,
	"session" date NOT NULL,
	"kind" text NOT NULL,
	"value" double precision NOT NULL,
	CONSTRAINT "quality_findings_ticker_session_kind_pk" PRIMARY KEY("ticker","session","kind")
);
--> statement-breakpoint
CREATE TABLE "rebases" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"ticker" text NOT NULL,
	"session" date NOT NULL,
	"factor" double precision NOT NULL,
	"reason" text NOT NULL,
	"provider" text NOT NULL,
	"bars" integer NOT NULL,
	"rebased_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "source_states" (
	"ticker" text NOT NULL,
	"provider" text NOT NULL,
	"filled_at" timestamp with time zone,
	"validators" jsonb,
	"served_at" timestamp with time zone NOT NULL,
	CONSTRAINT "source_states_ticker_provider_pk" PRIMARY KEY("ticker","provider")
);
--> statement-breakpoint
ALTER TABLE "bars" ADD COLUMN "factor" double precision DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "bars" ADD COLUMN "adjusted_close" double precision GENERATED ALWAYS AS (close * factor) STORED;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "rebased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tickers" ADD COLUMN "fallbacks" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "corporate_actions" ADD CONSTRAINT "corporate_actions_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_findings" ADD CONSTRAINT "quality_findings_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rebases" ADD CONSTRAINT "rebases_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_states" ADD CONSTRAINT "source_states_ticker_tickers_symbol_fk" FOREIGN KEY ("ticker") REFERENCES "public"."tickers"("symbol") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rebases_ticker" ON "rebases" USING btree ("ticker");