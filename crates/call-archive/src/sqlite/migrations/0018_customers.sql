-- What a CRM tells of customers beside their deals: whose people they are, as keyed hashes, and that
-- e-mails and meetings took place. No name, no address, no word.
CREATE TABLE customer_contacts (
    tenant     TEXT NOT NULL,
    id         TEXT NOT NULL,
    email_hash TEXT,
    person     TEXT,
    account    TEXT,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX customer_contacts_by_email ON customer_contacts (tenant, email_hash)
    WHERE email_hash IS NOT NULL;
CREATE INDEX customer_contacts_by_account ON customer_contacts (tenant, account)
    WHERE account IS NOT NULL;

CREATE TABLE customer_domains (
    tenant  TEXT NOT NULL,
    account TEXT NOT NULL,
    domain  TEXT NOT NULL,
    PRIMARY KEY (tenant, account)
) STRICT;

CREATE TABLE engagements (
    tenant      TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    known_since INTEGER NOT NULL,
    side        TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

-- `kind` is deal or contact.
CREATE TABLE engagement_links (
    tenant     TEXT NOT NULL,
    engagement TEXT NOT NULL,
    kind       TEXT NOT NULL,
    target     TEXT NOT NULL,
    PRIMARY KEY (tenant, engagement, kind, target)
) STRICT;
CREATE INDEX engagement_links_by_target ON engagement_links (tenant, kind, target);
