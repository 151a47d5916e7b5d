CREATE TABLE "alert_budget" (
	"id" integer PRIMARY KEY NOT NULL,
	"free_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_deliveries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"alert_id" text NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"request" text NOT NULL,
	"status" integer,
	"outcome" text NOT NULL,
	"latency_ms" integer NOT NULL,
	"answer" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_endpoints" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"channel" text NOT NULL,
	"address" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"template" text,
	"disabled_at" timestamp with time zone,
	"disabled_reason" text,
	"failing_since" timestamp with time zone,
	"free_at" timestamp with time zone DEFAULT now() NOT NULL,
	"wake_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_states" (
	"subscription_id" uuid NOT NULL,
	"event" text NOT NULL,
	"ticker" text NOT NULL,
	"holds" boolean NOT NULL,
	"as_of" date NOT NULL,
	"fired_at" timestamp with time zone,
	CONSTRAINT "alert_states_subscription_id_event_ticker_pk" PRIMARY KEY("subscription_id","event","ticker")
);
--> statement-breakpoint
CREATE TABLE "alert_subscriptions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"events" text[] NOT NULL,
	"tickers" text[] NOT NULL,
	"exchange" text,
	"condition" jsonb NOT NULL,
	"mode" text NOT NULL,
	"cooldown_minutes" integer NOT NULL,
	"digest_at" text NOT NULL,
	"quiet_hours" jsonb,
	"timezone" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"subscription_id" uuid,
	"subject" text NOT NULL,
	"payload" jsonb NOT NULL,
	"plot" jsonb,
	"status" text DEFAULT 'pending' NOT NULL,
	"is_digested" boolean DEFAULT false NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_states" ADD CONSTRAINT "alert_states_subscription_id_alert_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."alert_subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_subscriptions" ADD CONSTRAINT "alert_subscriptions_endpoint_id_alert_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."alert_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_endpoint_id_alert_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."alert_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_subscription_id_alert_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."alert_subscriptions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_deliveries_alert" ON "alert_deliveries" USING btree ("alert_id");--> statement-breakpoint
CREATE INDEX "alert_deliveries_endpoint_at" ON "alert_deliveries" USING btree ("endpoint_id","at");--> statement-breakpoint
CREATE INDEX "alert_subscriptions_endpoint" ON "alert_subscriptions" USING btree ("endpoint_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_subscription_subject" ON "alerts" USING btree ("subscription_id","subject");--> statement-breakpoint
CREATE INDEX "alerts_endpoint_due" ON "alerts" USING btree ("endpoint_id","due_at") WHERE "alerts"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "alerts_endpoint_created" ON "alerts" USING btree ("endpoint_id","created_at");