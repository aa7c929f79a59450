-- What a CRM tells of customers beside their deals: whose people they are, as keyed hashes, and that
-- e-mails and meetings took place. No name, no address, no word.
CREATE TABLE customer_contacts (
    tenant     TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    email_hash TEXT COLLATE "C",
    person     TEXT COLLATE "C",
    account    TEXT COLLATE "C",
    PRIMARY KEY (tenant, id)
);
CREATE INDEX customer_contacts_by_email ON customer_contacts (tenant, email_hash)
    WHERE email_hash IS NOT NULL;
CREATE INDEX customer_contacts_by_account ON customer_contacts (tenant, account)
    WHERE account IS NOT NULL;

CREATE TABLE customer_domains (
    tenant  TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    domain  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, account)
);

CREATE TABLE engagements (
    tenant      TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    known_since BIGINT NOT NULL,
    side        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- `kind` is deal or contact.
CREATE TABLE engagement_links (
    tenant     TEXT COLLATE "C" NOT NULL,
    engagement TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    target     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, engagement, kind, target)
);
CREATE INDEX engagement_links_by_target ON engagement_links (tenant, kind, target);
