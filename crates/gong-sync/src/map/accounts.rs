//! The customers that a call is linked to: the CRM's accounts, else the domains of their e-mails.

use std::collections::BTreeSet;

use conversation::{AccountId, Party, Side};
use gong_client::{Context, ExtensiveCall, ObjectType};

/// Mail providers whose domain says nothing about a company.
const FREE_MAIL: [&str; 40] = [
    "126.com",
    "163.com",
    "aol.com",
    "bigpond.com",
    "btinternet.com",
    "comcast.net",
    "duck.com",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// Whether a domain, in lower case, is that of a mail provider, and so says nothing about a company.
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain)
}

/// The accounts of a call, each once and in order.
pub(super) fn accounts(gong: &ExtensiveCall, parties: &[Party]) -> Vec<AccountId> {
    let of_call = of_context(&gong.context);
    let of_crm = if of_call.is_empty() {
        gong.parties
            .iter()
            .flat_map(|party| of_context(&party.context))
            .collect()
    } else {
        of_call
    };
    let accounts = if of_crm.is_empty() {
        of_domains(parties)
    } else {
        of_crm
    };
    accounts.into_iter().collect()
}

fn of_context(context: &[Context]) -> BTreeSet<AccountId> {
    context
        .iter()
        .flat_map(|system| &system.objects)
        .filter(|object| object.object_type == Some(ObjectType::Account))
        .filter_map(|object| object.object_id.as_ref())
        .filter(|id| id.json() != "null")
        .filter_map(|id| AccountId::new(id.to_text().trim()).ok())
        .collect()
}

/// The domains of the other side; never those of a free mail provider or of our own people.
fn of_domains(parties: &[Party]) -> BTreeSet<AccountId> {
    let domains_of = |side| {
        parties
            .iter()
            .filter(move |party: &&Party| party.side == side)
            .filter_map(Party::domain)
    };
    let ours: BTreeSet<String> = domains_of(Side::Ours).collect();
    domains_of(Side::Theirs)
        .filter(|domain| !ours.contains(domain) && !is_free_mail(domain))
        .filter_map(|domain| AccountId::new(format!("domain:{domain}")).ok())
        .collect()
}
