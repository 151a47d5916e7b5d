CREATE TABLE "model_states" (
	"model" text PRIMARY KEY NOT NULL,
	"rows" integer NOT NULL,
	"data_hash" text NOT NULL,
	"made_by" text NOT NULL,
	"values" "bytea" NOT NULL,
	"kept_at" timestamp with time zone NOT NULL
);
