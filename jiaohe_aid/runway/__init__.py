"""What a machine without servers needs to run the office: PostgreSQL and Valkey out of wheels, and one supervisor."""
