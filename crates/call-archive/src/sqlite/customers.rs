//! What a CRM tells of customers, in SQLite.

use async_trait::async_trait;
use conversation::{AccountId, DealId};
use rusqlite::{Connection, params};

use crate::customers::EngagementKind;
use crate::moment::{cut, instant, micros};
use crate::stored::{Context, bad_id, damaged};
use crate::{
    Contact, CustomerNews, Customers, DealEngagement, Engagement, Error, KnownCustomers,
    SqliteArchive,
};

use super::refusals;

#[async_trait]
impl Customers for SqliteArchive {
    async fn put_customers(&self, news: CustomerNews) -> Result<(), Error> {
        self.write(move |context, connection| put(context, connection, &news))
            .await
    }

    async fn engagements(&self, deals: &[DealId]) -> Result<Vec<DealEngagement>, Error> {
        let deals = deals.to_vec();
        self.read_with(move |context, connection| {
            let mut found = Vec::new();
            for deal in &deals {
                of_deal(context, connection, deal, &mut found)?;
            }
            Ok(found)
        })
        .await
    }

    async fn known_customers(&self) -> Result<KnownCustomers, Error> {
        self.read_with(|context, connection| {
            let emails = pairs(
                context,
                connection,
                "SELECT email_hash, account FROM customer_contacts
                 WHERE tenant = ?1 AND email_hash IS NOT NULL AND account IS NOT NULL",
            )?;
            let domains = pairs(
                context,
                connection,
                "SELECT domain, account FROM customer_domains WHERE tenant = ?1",
            )?;
            Ok(KnownCustomers::of(emails, domains))
        })
        .await
    }
}

fn pairs(
    context: &Context,
    connection: &Connection,
    sql: &str,
) -> Result<Vec<(String, AccountId)>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([context.tenant()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let account = AccountId::new(row.get::<_, String>(1)?).map_err(bad_id)?;
        found.push((row.get(0)?, account));
    }
    Ok(found)
}

fn put(context: &Context, connection: &Connection, news: &CustomerNews) -> Result<(), Error> {
    for contact in &news.contacts {
        put_contact(context, connection, contact)?;
    }
    for (account, domain) in &news.domains {
        connection
            .prepare_cached("DELETE FROM customer_domains WHERE tenant = ?1 AND account = ?2")?
            .execute([context.tenant(), account.as_str()])?;
        if let Some(domain) = domain
            && !refusals::refuses_account(context, connection, account, None)?
        {
            connection
                .prepare_cached(
                    "INSERT INTO customer_domains (tenant, account, domain) VALUES (?1, ?2, ?3)",
                )?
                .execute([context.tenant(), account.as_str(), domain])?;
        }
    }
    for engagement in &news.engagements {
        put_engagement(context, connection, engagement)?;
    }
    for id in &news.gone {
        forget_engagement(context, connection, id)?;
    }
    Ok(())
}

fn put_contact(context: &Context, connection: &Connection, contact: &Contact) -> Result<(), Error> {
    let of_person = match &contact.email_hash {
        Some(hash) => refusals::is_person_erased(context, connection, hash)?,
        None => false,
    };
    let of_account = match &contact.account {
        Some(account) => refusals::refuses_account(context, connection, account, None)?,
        None => false,
    };
    if of_person || of_account {
        return forget_contact(context, connection, &contact.id);
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO customer_contacts (tenant, id, email_hash, person, account)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            context.tenant(),
            contact.id,
            contact.email_hash,
            contact.person,
            contact.account.as_ref().map(AccountId::as_str)
        ])?;
    Ok(())
}

fn put_engagement(
    context: &Context,
    connection: &Connection,
    engagement: &Engagement,
) -> Result<(), Error> {
    let mut deals = Vec::new();
    for deal in &engagement.deals {
        if !refusals::is_deal_erased(context, connection, deal)? {
            deals.push(deal.to_string());
        }
    }
    connection
        .prepare_cached("DELETE FROM engagement_links WHERE tenant = ?1 AND engagement = ?2")?
        .execute([context.tenant(), &engagement.id])?;
    if deals.is_empty() {
        return forget_engagement(context, connection, &engagement.id);
    }
    connection
        .prepare_cached(
            "INSERT INTO engagements (tenant, id, kind, at, known_since, side)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (tenant, id) DO UPDATE SET kind = excluded.kind, at = excluded.at,
               side = excluded.side, known_since = min(known_since, excluded.known_since)",
        )?
        .execute(params![
            context.tenant(),
            engagement.id,
            engagement.kind.as_str(),
            micros(cut(engagement.at)),
            micros(cut(engagement.known_since)),
            engagement.by.as_str()
        ])?;
    let deals = deals.iter().map(|deal| ("deal", deal));
    let contacts = engagement.contacts.iter().map(|id| ("contact", id));
    for (kind, target) in deals.chain(contacts) {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO engagement_links (tenant, engagement, kind, target)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute([context.tenant(), &engagement.id, kind, target])?;
    }
    Ok(())
}

fn of_deal(
    context: &Context,
    connection: &Connection,
    deal: &DealId,
    found: &mut Vec<DealEngagement>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT e.id, e.kind, e.at, e.known_since, e.side FROM engagement_links l
         JOIN engagements e ON e.tenant = l.tenant AND e.id = l.engagement
         WHERE l.tenant = ?1 AND l.kind = 'deal' AND l.target = ?2 ORDER BY e.at, e.id",
    )?;
    let mut people = connection.prepare_cached(
        "SELECT DISTINCT c.person FROM engagement_links l
         JOIN customer_contacts c ON c.tenant = l.tenant AND c.id = l.target
         WHERE l.tenant = ?1 AND l.kind = 'contact' AND l.engagement = ?2
           AND c.person IS NOT NULL ORDER BY c.person",
    )?;
    let mut rows = statement.query([context.tenant(), &deal.to_string()])?;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let people = people.query_map([context.tenant(), &id], |row| row.get(0))?;
        let kind = EngagementKind::parse(&row.get::<_, String>(1)?);
        found.push(DealEngagement {
            deal: deal.clone(),
            kind: kind.ok_or_else(|| damaged("an engagement is of an unknown kind"))?,
            at: instant(row.get(2)?)?,
            known_since: instant(row.get(3)?)?,
            by: row.get::<_, String>(4)?.parse().map_err(bad_id)?,
            people: people.collect::<Result<_, _>>()?,
        });
    }
    Ok(())
}

fn forget_engagement(context: &Context, connection: &Connection, id: &str) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = ?1 AND engagement = ?2",
        "DELETE FROM engagements WHERE tenant = ?1 AND id = ?2",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant(), id])?;
    }
    Ok(())
}

fn forget_contact(context: &Context, connection: &Connection, id: &str) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = ?1 AND kind = 'contact' AND target = ?2",
        "DELETE FROM customer_contacts WHERE tenant = ?1 AND id = ?2",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant(), id])?;
    }
    Ok(())
}

/// Forgets the e-mails and meetings of a deal that no other deal has.
pub(super) fn forget_deal(
    context: &Context,
    connection: &Connection,
    deal: &DealId,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM engagement_links WHERE tenant = ?1 AND kind = 'deal' AND target = ?2",
        )?
        .execute([context.tenant(), &deal.to_string()])?;
    for sql in [
        "DELETE FROM engagements WHERE tenant = ?1 AND id NOT IN
           (SELECT engagement FROM engagement_links WHERE tenant = ?1 AND kind = 'deal')",
        "DELETE FROM engagement_links WHERE tenant = ?1 AND engagement NOT IN
           (SELECT id FROM engagements WHERE tenant = ?1)",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant()])?;
    }
    Ok(())
}

/// Forgets whose people and which domain a customer has.
pub(super) fn forget_account(
    context: &Context,
    connection: &Connection,
    account: &str,
) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = ?1 AND kind = 'contact' AND target IN
           (SELECT id FROM customer_contacts WHERE tenant = ?1 AND account = ?2)",
        "DELETE FROM customer_contacts WHERE tenant = ?1 AND account = ?2",
        "DELETE FROM customer_domains WHERE tenant = ?1 AND account = ?2",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant(), account])?;
    }
    Ok(())
}

/// Forgets the people whom a tombstone refuses.
pub(super) fn forget_refused(context: &Context, connection: &Connection) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = ?1 AND kind = 'contact' AND target IN
           (SELECT c.id FROM customer_contacts c JOIN people_tombstones p
              ON p.tenant = c.tenant AND p.hash = c.email_hash WHERE c.tenant = ?1)",
        "DELETE FROM customer_contacts WHERE tenant = ?1 AND email_hash IN
           (SELECT hash FROM people_tombstones WHERE tenant = ?1)",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant()])?;
    }
    Ok(())
}
