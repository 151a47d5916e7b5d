CREATE TABLE "panels" (
	"id" text PRIMARY KEY NOT NULL,
	"before" date NOT NULL,
	"tickers" text[] NOT NULL,
	"options" jsonb NOT NULL,
	"parameters" integer NOT NULL,
	"epochs" integer NOT NULL,
	"validation_loss" double precision NOT NULL,
	"seconds" double precision NOT NULL,
	"weights" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
