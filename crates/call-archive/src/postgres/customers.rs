//! What a CRM tells of customers, in PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::{AccountId, DealId};
use deadpool_postgres::Transaction;

use crate::customers::EngagementKind;
use crate::moment::{cut, instant, micros};
use crate::stored::{Context, bad_id, damaged};
use crate::{
    Contact, CustomerNews, Customers, DealEngagement, Engagement, Error, KnownCustomers,
    PostgresArchive,
};

use super::query::{Values, rows, run};
use super::refusals;

#[async_trait]
impl Customers for PostgresArchive {
    async fn put_customers(&self, news: CustomerNews) -> Result<(), Error> {
        let news = Arc::new(news);
        self.write(move |context, on| {
            let news = Arc::clone(&news);
            Box::pin(async move { put(context, on, &news).await })
        })
        .await
    }

    async fn engagements(&self, deals: &[DealId]) -> Result<Vec<DealEngagement>, Error> {
        let deals: Arc<[DealId]> = deals.into();
        self.read_with(move |context, on| {
            let deals = Arc::clone(&deals);
            Box::pin(async move { of_deals(context, on, &deals).await })
        })
        .await
    }

    async fn known_customers(&self) -> Result<KnownCustomers, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let emails = "SELECT email_hash, account FROM customer_contacts
                              WHERE tenant = $1 AND email_hash IS NOT NULL
                                AND account IS NOT NULL";
                let emails = pairs(context, on, emails).await?;
                let domains = "SELECT domain, account FROM customer_domains WHERE tenant = $1";
                let domains = pairs(context, on, domains).await?;
                Ok(KnownCustomers::of(emails, domains))
            })
        })
        .await
    }
}

async fn pairs(
    context: &Context,
    on: &Transaction<'_>,
    sql: &str,
) -> Result<Vec<(String, AccountId)>, Error> {
    let mut found = Vec::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        let account = AccountId::new(row.try_get::<_, String>(1)?).map_err(bad_id)?;
        found.push((row.try_get(0)?, account));
    }
    Ok(found)
}

async fn put(context: &Context, on: &Transaction<'_>, news: &CustomerNews) -> Result<(), Error> {
    let tenant = context.tenant();
    for contact in &news.contacts {
        put_contact(context, on, contact).await?;
    }
    for (account, domain) in &news.domains {
        let sql = "DELETE FROM customer_domains WHERE tenant = $1 AND account = $2";
        run(on, sql, &[&tenant, &account.as_str()]).await?;
        if let Some(domain) = domain
            && !refusals::refuses_account(context, on, account, None).await?
        {
            let sql = "INSERT INTO customer_domains (tenant, account, domain) VALUES ($1, $2, $3)";
            run(on, sql, &[&tenant, &account.as_str(), domain]).await?;
        }
    }
    for engagement in &news.engagements {
        put_engagement(context, on, engagement).await?;
    }
    for id in &news.gone {
        forget_engagement(context, on, id).await?;
    }
    Ok(())
}

async fn put_contact(
    context: &Context,
    on: &Transaction<'_>,
    contact: &Contact,
) -> Result<(), Error> {
    let tenant = context.tenant();
    let of_person = match &contact.email_hash {
        Some(hash) => refusals::is_person_erased(context, on, hash).await?,
        None => false,
    };
    let of_account = match &contact.account {
        Some(account) => refusals::refuses_account(context, on, account, None).await?,
        None => false,
    };
    if of_person || of_account {
        for sql in [
            "DELETE FROM engagement_links
             WHERE tenant = $1 AND kind = 'contact' AND target = $2",
            "DELETE FROM customer_contacts WHERE tenant = $1 AND id = $2",
        ] {
            run(on, sql, &[&tenant, &contact.id]).await?;
        }
        return Ok(());
    }
    let sql = "INSERT INTO customer_contacts (tenant, id, email_hash, person, account)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, id) DO UPDATE
               SET email_hash = excluded.email_hash, person = excluded.person,
                 account = excluded.account";
    let account = contact.account.as_ref().map(AccountId::as_str);
    let values: Values<'_> = &[
        &tenant,
        &contact.id,
        &contact.email_hash,
        &contact.person,
        &account,
    ];
    run(on, sql, values).await?;
    Ok(())
}

async fn put_engagement(
    context: &Context,
    on: &Transaction<'_>,
    engagement: &Engagement,
) -> Result<(), Error> {
    let tenant = context.tenant();
    let mut deals = Vec::new();
    for deal in &engagement.deals {
        if !refusals::is_deal_erased(context, on, deal).await? {
            deals.push(deal.to_string());
        }
    }
    let sql = "DELETE FROM engagement_links WHERE tenant = $1 AND engagement = $2";
    run(on, sql, &[&tenant, &engagement.id]).await?;
    if deals.is_empty() {
        return forget_engagement(context, on, &engagement.id).await;
    }
    let sql = "INSERT INTO engagements (tenant, id, kind, at, known_since, side)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, id) DO UPDATE
               SET kind = excluded.kind, at = excluded.at, side = excluded.side,
                 known_since = least(engagements.known_since, excluded.known_since)";
    let values: Values<'_> = &[
        &tenant,
        &engagement.id,
        &engagement.kind.as_str(),
        &micros(cut(engagement.at)),
        &micros(cut(engagement.known_since)),
        &engagement.by.as_str(),
    ];
    run(on, sql, values).await?;
    for (kind, targets) in [("deal", &deals), ("contact", &engagement.contacts)] {
        let sql = "INSERT INTO engagement_links (tenant, engagement, kind, target)
                   SELECT $1::text, $2::text, $3::text, t.target
                   FROM unnest($4::text[]) AS t (target) ON CONFLICT DO NOTHING";
        run(on, sql, &[&tenant, &engagement.id, &kind, targets]).await?;
    }
    Ok(())
}

async fn of_deals(
    context: &Context,
    on: &Transaction<'_>,
    deals: &[DealId],
) -> Result<Vec<DealEngagement>, Error> {
    let names: Vec<String> = deals.iter().map(ToString::to_string).collect();
    let sql = "SELECT l.target, e.kind, e.at, e.known_since, e.side,
                 ARRAY(SELECT DISTINCT c.person FROM engagement_links p
                   JOIN customer_contacts c ON c.tenant = p.tenant AND c.id = p.target
                   WHERE p.tenant = e.tenant AND p.kind = 'contact' AND p.engagement = e.id
                     AND c.person IS NOT NULL ORDER BY c.person)
               FROM engagement_links l
               JOIN engagements e ON e.tenant = l.tenant AND e.id = l.engagement
               WHERE l.tenant = $1 AND l.kind = 'deal' AND l.target = ANY($2)
               ORDER BY array_position($2::text[], l.target), e.at, e.id";
    let mut found = Vec::new();
    for row in rows(on, sql, &[&context.tenant(), &names]).await? {
        let kind = EngagementKind::parse(&row.try_get::<_, String>(1)?);
        found.push(DealEngagement {
            deal: row.try_get::<_, String>(0)?.parse().map_err(bad_id)?,
            kind: kind.ok_or_else(|| damaged("an engagement is of an unknown kind"))?,
            at: instant(row.try_get(2)?)?,
            known_since: instant(row.try_get(3)?)?,
            by: row.try_get::<_, String>(4)?.parse().map_err(bad_id)?,
            people: row.try_get(5)?,
        });
    }
    Ok(found)
}

async fn forget_engagement(context: &Context, on: &Transaction<'_>, id: &str) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = $1 AND engagement = $2",
        "DELETE FROM engagements WHERE tenant = $1 AND id = $2",
    ] {
        run(on, sql, &[&context.tenant(), &id]).await?;
    }
    Ok(())
}

/// Forgets the e-mails and meetings of deals that no other deal has.
pub(super) async fn forget_deals(
    context: &Context,
    on: &Transaction<'_>,
    deals: &[DealId],
) -> Result<(), Error> {
    let names: Vec<String> = deals.iter().map(ToString::to_string).collect();
    let sql = "DELETE FROM engagement_links
               WHERE tenant = $1 AND kind = 'deal' AND target = ANY($2)";
    if run(on, sql, &[&context.tenant(), &names]).await? == 0 {
        return Ok(());
    }
    for sql in [
        "DELETE FROM engagements e WHERE tenant = $1 AND NOT EXISTS
           (SELECT 1 FROM engagement_links l WHERE l.tenant = e.tenant
              AND l.engagement = e.id AND l.kind = 'deal')",
        "DELETE FROM engagement_links l WHERE tenant = $1 AND NOT EXISTS
           (SELECT 1 FROM engagements e WHERE e.tenant = l.tenant AND e.id = l.engagement)",
    ] {
        run(on, sql, &[&context.tenant()]).await?;
    }
    Ok(())
}

/// Forgets whose people and which domain customers have.
pub(super) async fn forget_accounts(
    context: &Context,
    on: &Transaction<'_>,
    accounts: &[String],
) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = $1 AND kind = 'contact' AND target IN
           (SELECT id FROM customer_contacts WHERE tenant = $1 AND account = ANY($2))",
        "DELETE FROM customer_contacts WHERE tenant = $1 AND account = ANY($2)",
        "DELETE FROM customer_domains WHERE tenant = $1 AND account = ANY($2)",
    ] {
        run(on, sql, &[&context.tenant(), &accounts]).await?;
    }
    Ok(())
}

/// Forgets the people whom a tombstone refuses.
pub(super) async fn forget_refused(context: &Context, on: &Transaction<'_>) -> Result<(), Error> {
    for sql in [
        "DELETE FROM engagement_links WHERE tenant = $1 AND kind = 'contact' AND target IN
           (SELECT c.id FROM customer_contacts c JOIN people_tombstones p
              ON p.tenant = c.tenant AND p.hash = c.email_hash WHERE c.tenant = $1)",
        "DELETE FROM customer_contacts WHERE tenant = $1 AND email_hash IN
           (SELECT hash FROM people_tombstones WHERE tenant = $1)",
    ] {
        run(on, sql, &[&context.tenant()]).await?;
    }
    Ok(())
}
