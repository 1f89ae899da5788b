-- The policy as it was written: a server that is started without one goes on with it.
ALTER TABLE environment ADD COLUMN policy_text TEXT;
