CREATE TABLE "evaluations" (
	"ticker" text NOT NULL,
	"model" text NOT NULL,
	"seed" integer NOT NULL,
	"experiment" text NOT NULL,
	"data_hash" text NOT NULL,
	"protocol" text NOT NULL,
	"settings" jsonb NOT NULL,
	"record" jsonb NOT NULL,
	"code_version" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "evaluations_ticker_model_seed_experiment_data_hash_pk" PRIMARY KEY("ticker","model","seed","experiment","data_hash")
);
