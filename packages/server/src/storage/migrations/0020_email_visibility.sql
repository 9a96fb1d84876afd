-- Who sees a person's email: nobody, the person's contacts (functions/is_contact.sql), or everybody.
CREATE TYPE email_visibility AS ENUM ('nobody', 'contacts', 'everybody');
ALTER TABLE users ADD COLUMN email_visibility email_visibility NOT NULL DEFAULT 'contacts';
