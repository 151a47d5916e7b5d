CREATE TABLE "series" (
	"name" text PRIMARY KEY NOT NULL,
	"source" jsonb NOT NULL,
	"timezone" text NOT NULL,
	"known_at_time" text NOT NULL,
	"lag_days" integer NOT NULL,
	"tickers" text[] NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"read_at" timestamp with time zone,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "series_values" (
	"series" text NOT NULL,
	"date" date NOT NULL,
	"value" double precision NOT NULL,
	"known_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "series_values_series_date_known_at_pk" PRIMARY KEY("series","date","known_at")
);
--> statement-breakpoint
ALTER TABLE "series_values" ADD CONSTRAINT "series_values_series_series_name_fk" FOREIGN KEY ("series") REFERENCES "public"."series"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "series_values_series_recorded" ON "series_values" USING btree ("series","recorded_at");