CREATE TABLE "missed_runs" (
	"exchange" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"tickers" text[] NOT NULL,
	"noticed_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "missed_runs_exchange_due_at_pk" PRIMARY KEY("exchange","due_at")
);
--> statement-breakpoint
CREATE TABLE "training_states" (
	"ticker" text NOT NULL,
	"purpose" text NOT NULL,
	"training" text NOT NULL,
	"epoch" integer NOT NULL,
	"best" jsonb NOT NULL,
	"backend" text NOT NULL,
	"seconds" double precision NOT NULL,
	"numbers" "bytea" NOT NULL,
	"kept_at" timestamp with time zone NOT NULL,
	CONSTRAINT "training_states_ticker_purpose_pk" PRIMARY KEY("ticker","purpose")
);
--> statement-breakpoint
ALTER TABLE "ticker_dues" ADD COLUMN "asks" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "ticker_dues" ADD COLUMN "next_ask_at" timestamp with time zone;